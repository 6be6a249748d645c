"""Erasure: personal data that were kept for long enough, proposed and approved."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from fini.models import ErasureStatus
from fini.people_forms import ErasureForm
from fini.refusals import Refusal
from fini.selectors import erasures as selectors
from fini.services import erasure_proposals
from portal import clock
from portal.approvals import selectors as approvals
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role

S = ErasureStatus


@guards.member()
@require_safe
def erasures(request: ActingRequest) -> HttpResponse:
    return _page(request, ErasureForm(), 200)


@guards.member(Role.ADMIN)
@require_POST
def propose(request: ActingRequest) -> HttpResponse:
    form = ErasureForm(request.POST)
    if form.is_valid():
        before = form.cleaned_data["before"]
        try:
            row = erasure_proposals.propose(before, request.acting, clock.now())
        except Refusal as refusal:
            form.add_error("before", str(refusal))
        else:
            messages.success(
                request, f"Proposed: {row.records:,} records. Another decides."
            )
            return redirect("fini_erasures", request.acting.participant.code)
    return _page(request, form, 422)


@guards.member(Role.ADMIN)
@require_POST
def withdraw(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    row = selectors.one(request.acting.participant, pk)
    if row is None:
        raise Http404
    try:
        erasure_proposals.withdraw(row, request.acting, clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Withdrawn: nothing is erased.")
    return redirect("fini_erasures", request.acting.participant.code)


def _page(request: ActingRequest, form: ErasureForm, status: int) -> HttpResponse:
    acting = request.acting
    lines = selectors.all_of(acting.participant)
    waiting = next((x.row for x in lines if x.row.status == S.AWAITING), None)
    asked = approvals.latest_of(erasure_proposals.KIND, waiting.pk) if waiting else None
    part = "X-Partial" in request.headers
    context = {
        "form": form,
        "lines": lines,
        "waiting": waiting,
        "approval": asked,
        "can_decide": asked is not None and approvals.can_decide(asked, acting),
        "is_own": waiting is not None and waiting.proposed_by_id == acting.user.pk,
        "is_open": any(x.row.status in selectors.OPEN for x in lines),
        "may_propose": Role.ADMIN in acting.roles,
        "oldest": selectors.waiting_longest(acting.participant),
        "latest": selectors.latest_before(clock.now()),
        "days": settings.FINI_PERSONAL_DAYS,
    }
    name = "_erasures.html" if part else "erasures.html"
    return render(request, f"fini/people/{name}", context, status=status)
