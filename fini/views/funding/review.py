"""From a selection to a proposal: its totals are repeated before it is made."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fini.funding_forms import FilterForm, ReasonForm, fields_of, wanted
from fini.models import Profile
from fini.refusals import Refusal
from fini.selectors.funding import profiles
from fini.services.funding import proposals, selection
from fini.views.funding import lines
from fini.views.funding.countdown import left
from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role

SHOWN = 100


@guards.member(Role.OPERATOR)
@require_POST
def review(request: ActingRequest) -> HttpResponse:
    return _page(request, _profile(request))


@guards.member(Role.OPERATOR)
@require_POST
def propose(request: ActingRequest) -> HttpResponse:
    profile, form = _profile(request), ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, profile, str(form.errors["reason"][0]), 422)
    try:
        row = proposals.propose(
            profile,
            _ipo(request),
            wanted(request.POST),
            seen=request.POST.get("seen", ""),
            reason=form.cleaned_data["reason"],
            acting=request.acting,
            now=clock.now(),
        )
    except Refusal as refusal:
        return _page(request, profile, str(refusal), 409)
    messages.success(request, "Proposed. Another person decides.")
    return redirect("fini_proposal", request.acting.participant.code, row.pk)


def _page(
    request: ActingRequest, profile: Profile, error: str = "", status: int = 200
) -> HttpResponse:
    """What would be proposed, as it is now; the list where nothing can be."""
    try:
        found = selection.select(
            profile, _ipo(request), wanted(request.POST), clock.now()
        )
    except Refusal as refusal:
        return lines.page(request, str(refusal), 409)
    context = {
        "profile": profile,
        "ipo_id": found.ipo_id,
        "stock_code": profiles.stock_code(profile, found.ipo_id),
        "found": found,
        "chosen": found.chosen[:SHOWN],
        "rest": max(0, len(found.chosen) - SHOWN),
        "fields": fields_of(request.POST),
        "reason": request.POST.get("reason", "")[:2000],
        "error": error,
        "left": left(found.deadline, clock.now()),
        "back": lines.address(request.acting, profile, found.ipo_id),
    }
    return render(request, "fini/funding/review.html", context, status=status)


def _profile(request: ActingRequest) -> Profile:
    """Raises Http404 where no profile may fund."""
    profile = lines.chosen(request.acting, FilterForm(request.POST))
    if profile is None:
        raise Http404
    return profile


def _ipo(request: ActingRequest) -> str:
    return FilterForm(request.POST).told("ipo").strip()
