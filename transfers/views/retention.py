"""Retention: what is kept, and purges of what was kept for long enough."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal import clock
from portal.approvals import selectors as approvals
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role
from transfers.keeping_forms import PurgeForm
from transfers.models import PurgeStatus
from transfers.selectors import purges as selectors
from transfers.selectors import store
from transfers.services import purge_proposals
from transfers.services.refusals import Refusal


@guards.member()
@require_safe
def retention(request: ActingRequest) -> HttpResponse:
    return _page(request, PurgeForm(), 200)


@guards.member(Role.ADMIN)
@require_POST
def propose(request: ActingRequest) -> HttpResponse:
    form = PurgeForm(request.POST)
    if form.is_valid():
        before = form.cleaned_data["before"]
        try:
            row = purge_proposals.propose(before, request.acting, clock.now())
        except Refusal as refusal:
            form.add_error("before", refusal.sentence)
        else:
            messages.success(
                request, f"Proposed: {row.files:,} files. Another decides."
            )
            return redirect("retention", request.acting.participant.code)
    return _page(request, form, 422)


@guards.member(Role.ADMIN)
@require_POST
def withdraw(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    row = selectors.one(request.acting.participant, pk)
    if row is None:
        raise Http404
    try:
        purge_proposals.withdraw(row, request.acting, clock.now())
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "Withdrawn: nothing is purged.")
    return redirect("retention", request.acting.participant.code)


def _page(request: ActingRequest, form: PurgeForm, status: int) -> HttpResponse:
    acting = request.acting
    lines = selectors.proposals(acting.participant)
    waiting = next((x.row for x in lines if x.row.status == PurgeStatus.AWAITING), None)
    asked = approvals.latest_of(purge_proposals.KIND, waiting.pk) if waiting else None
    part = "X-Partial" in request.headers
    context = {
        "form": form,
        "measure": store.measured(acting.participant),
        "lines": lines,
        "waiting": waiting,
        "approval": asked,
        "can_decide": asked is not None and approvals.can_decide(asked, acting),
        "is_own": waiting is not None and waiting.proposed_by_id == acting.user.pk,
        "is_open": any(x.row.status in selectors.OPEN for x in lines),
        "may_propose": Role.ADMIN in acting.roles,
        "latest": selectors.latest_before(clock.now()),
        "years": settings.RETENTION_YEARS,
    }
    name = "_proposals.html" if part else "retention.html"
    return render(request, f"transfers/retention/{name}", context, status=status)
