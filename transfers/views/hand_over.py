"""Hand-over to other systems: the rules, and each rule's files."""

import urllib.parse
import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role
from transfers import destinations
from transfers.hand_over_names import PLACEHOLDERS
from transfers.keeping_forms import HandOverForm, ListForm
from transfers.models import HandOverRule
from transfers.selectors import hand_overs as selectors
from transfers.services import hand_over_rules
from transfers.services.refusals import Refusal

MAY_RETRY = frozenset({Role.ADMIN, Role.OPERATOR})


@guards.member()
@require_safe
def rules(request: ActingRequest) -> HttpResponse:
    return _page(request, HandOverForm(_destinations(request)), 200)


@guards.member(Role.ADMIN)
@require_POST
def add(request: ActingRequest) -> HttpResponse:
    form = HandOverForm(_destinations(request), request.POST)
    if form.is_valid():
        back = form.cleaned_data["days_back"]
        try:
            made = hand_over_rules.add(form.rule(), back, request.acting, clock.now())
        except Refusal as refusal:
            form.add_error("title", refusal.sentence)
        else:
            messages.success(request, f"“{made.title}” hands over from now on.")
            return redirect("hand_over_rule", request.acting.participant.code, made.pk)
    return _page(request, form, 422)


@guards.member()
@require_safe
def rule(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    found = _rule(request, pk)
    status, after = ListForm(request.GET).wanted()
    page = selectors.page(found, status, after)
    older = {"status": status, "after": page.older}
    context = {
        "standing": selectors.standing(found),
        "rule": found,
        "page": page,
        "wanted": status,
        "older": urllib.parse.urlencode(older) if page.older else "",
        "choices": selectors.CHOICES,
        "may_retry": bool(request.acting.roles & MAY_RETRY),
        "may_rule": Role.ADMIN in request.acting.roles,
    }
    part = "X-Partial" in request.headers
    name = "_rule.html" if part else "rule.html"
    return render(request, f"transfers/handover/{name}", context)


@guards.member(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    found = _rule(request, pk)
    if request.method != "POST":
        context = {"standing": selectors.standing(found), "rule": found}
        return render(request, "transfers/handover/end.html", context)
    if hand_over_rules.end(found, request.acting, clock.now()):
        messages.success(request, f"“{found.title}” hands nothing over any more.")
    return redirect("hand_over", request.acting.participant.code)


@guards.member(*MAY_RETRY)
@require_POST
def retry(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    found = _rule(request, pk)
    number = hand_over_rules.retry(found, request.acting)
    if number:
        messages.success(request, f"{number} tried again now.")
    else:
        messages.info(request, "Nothing waits or has failed any more.")
    return redirect("hand_over_rule", request.acting.participant.code, found.pk)


def _rule(request: ActingRequest, pk: uuid.UUID) -> HandOverRule:
    found = selectors.one(request.acting.participant, pk)
    if found is None:
        raise Http404
    return found


def _destinations(request: ActingRequest) -> list[str]:
    return destinations.names(request.acting.participant.code)


def _page(request: ActingRequest, form: HandOverForm, status: int) -> HttpResponse:
    context = {
        "form": form,
        "standings": selectors.standings(request.acting.participant),
        "has_destinations": bool(_destinations(request)),
        "may_rule": Role.ADMIN in request.acting.roles,
        "words": [f"{{{word}}}" for word in PLACEHOLDERS],
    }
    part = "X-Partial" in request.headers
    name = "_rules.html" if part else "rules.html"
    return render(request, f"transfers/handover/{name}", context, status=status)
