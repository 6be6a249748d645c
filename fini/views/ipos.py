"""The IPO board, one IPO field by field, and asking FINI for both again."""

import urllib.parse
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from fini.models import Ipo
from fini.profile_forms import BoardForm
from fini.refusals import Refusal
from fini.selectors import codes, ipos, profiles
from fini.services import ipos as services
from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role

ASKED = "FINI is asked for its IPOs. They show here as soon as they come."
NOBODY = "There is no FINI profile yet. Nothing was asked. Set one up first."
ASKERS = frozenset({Role.OPERATOR, Role.APPROVER, Role.ADMIN})
FILTERS = ("environment", "text", "status", "which")


@guards.member()
@require_safe
def board(request: ActingRequest) -> HttpResponse:
    participant = request.acting.participant
    form = BoardForm(request.GET)
    form.is_valid()  # an unknown value filters nothing
    wanted = {name: form.cleaned_data.get(name) or "" for name in FILTERS}
    tabs = profiles.of(participant)
    profile = profiles.in_use(tabs, wanted["environment"])
    context: dict[str, object] = {
        "form": form,
        "profile": profile,
        "tabs": tabs,
        "why": profiles.why_no_calls(profile),
        "can_ask": bool(request.acting.roles & ASKERS),
    }
    if profile is not None:
        found = ipos.board(
            profile,
            codes.labels(participant),
            clock.now(),
            text=wanted["text"],
            status=wanted["status"],
            which=wanted["which"] or ipos.LISTED,
            after=form.cleaned_data.get("after") or "",
        )
        context |= {"board": found, "next": _address(wanted, found.next_key)}
    part = "X-Partial" in request.headers  # an open page asks for the list alone
    template = "_board.html" if part else "board.html"
    return render(request, f"fini/ipos/{template}", context)


@guards.member()
@require_safe
def ipo(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    rows = Ipo.objects.select_related("profile__company_id")
    participant = request.acting.participant
    found = get_object_or_404(rows, pk=pk, profile__participant=participant)
    labels = codes.labels(participant)
    context = {
        "ipo": found,
        "status": ipos.labelled(found.status, labels),
        "fields": ipos.fields(found, labels),
        "changes": ipos.changes(found, labels),
    }
    part = "X-Partial" in request.headers
    template = "_ipo.html" if part else "ipo.html"
    return render(request, f"fini/ipos/{template}", context)


@guards.member(*ASKERS)
@require_POST
def refresh(request: ActingRequest) -> HttpResponse:
    participant = request.acting.participant
    mine = profiles.of(participant)
    profile = profiles.in_use(mine, request.POST.get("environment", ""))
    if profile is None:
        messages.error(request, NOBODY)
        return redirect("fini_ipos", participant.code)
    try:
        services.ask(profile, request.acting, clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.info(request, ASKED)
    query = urllib.parse.urlencode({"environment": profile.environment})
    return redirect(f"{reverse('fini_ipos', args=[participant.code])}?{query}")


def _address(wanted: dict[str, str], key: str) -> str:
    if not key:
        return ""
    kept = {name: value for name, value in wanted.items() if value}
    return urllib.parse.urlencode({**kept, "after": key})
