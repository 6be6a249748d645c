"""One proposal: what is asked, what became of it, and the decision on it."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fini.funding_forms import FilterForm
from fini.models import FundingProposal
from fini.selectors.funding import profiles, proposals, track
from fini.services.funding import binding
from fini.states import ProposalStatus
from fini.views.funding.countdown import left
from fini.views.funding.lines import address
from portal import clock
from portal.approvals import selectors as approvals
from portal.people import guards, second_factor
from portal.people.guards import Acting, ActingRequest
from portal.people.models import Role


@guards.member()
@require_safe
def proposal(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    row = found(request.acting, pk)
    return page(request, row)


def found(acting: Acting, pk: uuid.UUID) -> FundingProposal:
    """Raises Http404 for another participant's."""
    row = proposals.one(acting.participant, pk)
    if row is None:
        raise Http404
    return row


def page(
    request: ActingRequest,
    row: FundingProposal,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """`errors` by the field that they are about; "" is about none."""
    after = FilterForm(request.GET).told("after")
    whole = proposals.whole(row, after)
    until = proposals.decide_until(row)
    awaits = row.status == ProposalStatus.AWAITING_APPROVAL
    can_decide = (
        awaits
        and row.approval is not None
        and approvals.can_decide(row.approval, request.acting)
    )
    context = {
        "row": row,
        "whole": whole,
        "after": after,
        "words": whole.words,
        "stock_code": profiles.stock_code(row.profile, row.ipo_id),
        "until": until,
        "left": left(until, clock.now()),
        "steps": track.steps(row, whole.tally),
        "changed": binding.changed_rows(row) if awaits else "",
        "can_decide": can_decide,
        "is_own": row.proposed_by_id == request.acting.user.pk,
        "awaits": awaits,
        "can_withdraw": awaits
        and row.proposed_by_id == request.acting.user.pk
        and Role.OPERATOR in request.acting.roles,
        "asks_code": can_decide and second_factor.is_asked(request.acting.user),
        "errors": errors or {},
        "back": address(request.acting, row.profile, row.ipo_id),
        "typed": request.POST.get("total", "")[:40],
        "reason": request.POST.get("reason", "")[:2000],
    }
    part = "X-Partial" in request.headers
    template = "_proposal.html" if part else "proposal.html"
    return render(request, f"fini/funding/{template}", context, status=status)
