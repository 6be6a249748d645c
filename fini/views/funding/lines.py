"""The funding of an IPO: totals, transactions to select, and the proposals so far."""

import urllib.parse
from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from fini.funding_forms import BANK, FilterForm
from fini.models import Profile
from fini.selectors import codes
from fini.selectors.funding import lines, profiles, proposals
from fini.selectors.funding.profiles import IpoChoice
from fini.services.funding import refreshing
from portal import clock
from portal.people import guards
from portal.people.guards import Acting, ActingRequest
from portal.people.models import Role


@guards.member()
@require_safe
def funding(request: ActingRequest) -> HttpResponse:
    return page(request)


@guards.member(Role.OPERATOR, Role.APPROVER)
@require_POST
def refresh(request: ActingRequest) -> HttpResponse:
    form = FilterForm(request.POST)
    profile = chosen(request.acting, form)
    if profile is None:
        raise Http404
    ipo_id = form.told("ipo").strip()
    if not ipo_id:
        return page(request, "No IPO is named. FINI was not asked. Name one.", 422)
    refreshing.ask(profile, ipo_id, request.acting, clock.now())
    messages.info(request, f"FINI is asked for the funding of IPO {ipo_id}.")
    return redirect(address(request.acting, profile, ipo_id))


def page(request: ActingRequest, error: str = "", status: int = 200) -> HttpResponse:
    """With the sentence of what could not be done, and then the same IPO."""
    acting = request.acting
    entitled = profiles.entitled(acting.participant)
    form = FilterForm(
        request.GET if request.method in ("GET", "HEAD") else request.POST
    )
    profile = _of(entitled, form.told("environment"))
    context: dict[str, object] = {"error": error, "profile": profile}
    if profile is not None:
        context |= _shown(acting, profile, form) | {"profiles": entitled}
        context["seen"] = request.GET.get("seen", "")
    part = "X-Partial" in request.headers
    template = "_fetched.html" if part and profile is not None else "funding.html"
    return render(request, f"fini/funding/{template}", context, status=status)


def chosen(acting: Acting, form: FilterForm) -> Profile | None:
    return _of(profiles.entitled(acting.participant), form.told("environment"))


def address(acting: Acting, profile: Profile, ipo_id: str) -> str:
    query = urllib.parse.urlencode({"environment": profile.environment, "ipo": ipo_id})
    return f"{reverse('fini_funding', args=[acting.participant.code])}?{query}"


def _of(entitled: list[Profile], environment: str) -> Profile | None:
    """The one that is named, else the first."""
    named = (one for one in entitled if one.environment == environment)
    return next(named, entitled[0] if entitled else None)


def _shown(acting: Acting, profile: Profile, form: FilterForm) -> dict[str, object]:
    choices = profiles.ipos(profile)
    ipo_id = form.told("ipo").strip() or _first(choices)
    labels = codes.labels(acting.participant)
    sums = lines.sums(profile, ipo_id, labels)
    filters = form.filters()
    found = lines.page(profile, ipo_id, filters, labels)
    kept = {name: form.told(name) for name in ("bank", "status") if form.told(name)}
    here = {"environment": profile.environment, "ipo": ipo_id, **kept}
    return {
        "ipos": choices,
        "ipo_id": ipo_id,
        "list": lines.list_of(profile, ipo_id),
        "sums": sums,
        "banks": [(BANK + name, name) for name in sorted({one.bank for one in sums})],
        "statuses": sorted({(one.status, one.word) for one in sums}),
        "rests": list(lines.pending_of(sums)),
        "bank": kept.get("bank", ""),
        "status": filters.status,
        "lines": found.lines,
        "is_filtered": bool(kept) or bool(filters.after),
        "more": urllib.parse.urlencode({**here, "after": found.next_key})
        if found.next_key
        else "",
        "here": urllib.parse.urlencode(here),
        "recent": proposals.recent(profile),
        "may_propose": Role.OPERATOR in acting.roles,
        "may_ask": bool(acting.roles & {Role.OPERATOR, Role.APPROVER}),
    }


def _first(choices: Sequence[IpoChoice]) -> str:
    """The IPO of which most is pending."""
    most = max(choices, key=lambda one: one.pending, default=None)
    return most.ipo_id if most else ""
