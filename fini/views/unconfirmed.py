"""Records of which FINI's list does not tell: what it has, and what people decide."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from fini.decision_forms import DecisionForm
from fini.models import Batch, RecordDecisionKind
from fini.refusals import Refusal
from fini.selectors import codes, undecided
from fini.services.sending import decisions
from fini.views.batch import found
from portal import clock
from portal.approvals import selectors as approvals
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role


@require_safe
@guards.member()
def unconfirmed(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    return _page(request, found(request.acting, pk))


@require_POST
@guards.member(Role.OPERATOR)
def decide(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    row = found(request.acting, pk)
    shown = undecided.page(row, codes.labels(request.acting.participant))
    form = DecisionForm(shown.lines, request.POST)
    if form.is_valid():
        kind = RecordDecisionKind(form.cleaned_data["kind"])
        reason, chosen = form.cleaned_data["reason"], form.chosen
        try:
            decisions.ask(row, request.acting, kind, reason, chosen, clock.now())
        except Refusal as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, "The decision waits for an approver.")
            return redirect("fini_unconfirmed", request.acting.participant.code, pk)
    return _page(request, row, shown, form)


def _page(
    request: ActingRequest,
    row: Batch,
    shown: undecided.Page | None = None,
    form: DecisionForm | None = None,
) -> HttpResponse:
    """Also after a form that was not filled in well."""
    acting = request.acting
    if shown is None:
        shown = undecided.page(row, codes.labels(acting.participant))
    if form is None:
        every = [line.masked.row.row for line in shown.lines]
        ticked = every if "all" in request.GET else []
        form = DecisionForm(shown.lines, initial={"row": ticked})
    asked = shown.pending.approval if shown.pending else None
    context = {
        "row": row,
        "shown": shown,
        "form": form,
        "may_decide": Role.OPERATOR in acting.roles and bool(shown.lines),
        "approval": asked,
        "can_decide": asked is not None and approvals.can_decide(asked, acting),
        "reaches": row.profile.get_environment_display(),
        "acting_for": row.profile.company_id,
    }
    status = 422 if form.errors else 200
    name = "_unconfirmed" if "X-Partial" in request.headers else "unconfirmed"
    return render(request, f"fini/batches/{name}.html", context, status=status)
