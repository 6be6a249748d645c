"""What a person does with a batch: settles its columns, asks, takes it back."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from fini.batch_forms import AskForm
from fini.refusals import Refusal
from fini.services import batch_approvals, batch_files
from fini.services.batch_approvals import TOO_LATE
from fini.states import BatchStatus, MoveNotAllowed
from fini.views.batch import WITHDRAWABLE, columns_form, found, page
from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role


@require_POST
@guards.member(Role.OPERATOR)
def columns(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    row = found(request.acting, pk)
    form = columns_form(request.acting, row, request.POST)
    if not form.is_valid():
        return page(request, row, 422, form=form)
    try:
        batch_files.choose(
            row,
            form.chosen,
            request.acting,
            ipo_id=form.cleaned_data["ipo_id"],
            firm_id=form.cleaned_data["firm_id"],
        )
    except Refusal as why:
        form.add_error(None, str(why))
        return page(request, row, 422, form=form)
    except MoveNotAllowed:
        messages.error(request, TOO_LATE)
    return redirect("fini_batch", request.acting.participant.code, pk)


@require_POST
@guards.member(Role.OPERATOR)
def ask(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    row, form = found(request.acting, pk), AskForm(request.POST)
    leave_out = form.is_valid() and form.cleaned_data["leave_out"]
    try:
        batch_approvals.ask(row, request.acting, clock.now(), leave_out=leave_out)
    except Refusal as why:
        return page(request, row, 422, refusal=why.sentences)
    except MoveNotAllowed:
        messages.error(request, TOO_LATE)
    return redirect("fini_batch", request.acting.participant.code, pk)


@require_http_methods(["GET", "HEAD", "POST"])
@guards.member(Role.OPERATOR)
def withdraw(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    """Asks first, then does."""
    row = found(request.acting, pk)
    answer = redirect("fini_batch", request.acting.participant.code, pk)
    if BatchStatus(row.status) not in WITHDRAWABLE:
        messages.error(request, TOO_LATE)
        return answer
    if request.method != "POST":
        return render(request, "fini/batches/withdraw.html", {"row": row})
    try:
        batch_approvals.withdraw(row, request.acting, clock.now())
    except Refusal as why:
        messages.error(request, str(why))
    return answer
