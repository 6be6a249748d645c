"""Saying which key a host has, and the second site admin's word on it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from keys.models import Host
from keys.refusals import Refusal
from keys.selectors import hosts as selectors
from keys.selectors.facilities import HostRow
from keys.services import host_keys as services
from keys.site_forms import FingerprintForm
from keys.views.hosts import answer
from portal import clock
from portal.approvals import services as approvals
from portal.approvals.forms import DecisionForm
from portal.people import guards
from portal.people.guards import ActingRequest

ASKED = "Another site administrator now compares the key with HKEX’s and confirms it."
NOTHING_SHOWN = (
    "The host has shown no key yet. Nothing can be confirmed. Make a pre-flight first."
)
NOTHING_WAITS = (
    "No key of this host waits for a decision. Somebody was faster. Reload the page."
)


@guards.site_admin
@require_POST
def propose(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    seen = _row(pk).pre_flight
    if seen is None:
        messages.error(request, NOTHING_SHOWN)
        return redirect("host", pk)
    try:
        services.propose_host_key(seen, request.user, clock.now())
    except (Refusal, approvals.CannotRequest) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, ASKED)
    return redirect("host", pk)


@guards.site_admin
@require_POST
def fingerprint(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    host = _row(pk).host
    form = FingerprintForm(request.POST)
    if form.is_valid():
        typed = form.cleaned_data["fingerprint"]
        try:
            services.propose_fingerprint(host, typed, request.user, clock.now())
        except (Refusal, approvals.CannotRequest) as refusal:
            form.add_error("fingerprint", str(refusal))
        else:
            messages.success(request, ASKED)
            return redirect("host", pk)
    return answer(request, pk, typed=form, status=422)


@guards.site_admin
@require_POST
def decide(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    """By another site admin than the one who asked; the service checks it."""
    waiting = _row(pk).waiting
    if waiting is None or waiting.approval is None:
        messages.error(request, NOTHING_WAITS)
        return redirect("host", pk)
    form = DecisionForm(request.POST)
    if form.is_valid():
        approve = form.cleaned_data["decision"] == "approve"
        reason, now = form.cleaned_data["reason"], clock.now()
        try:
            approvals.decide(waiting.approval, request.user, approve, reason, now)
        except approvals.CannotDecide as refusal:
            form.add_error(None, str(refusal))
        else:
            word = "confirmed" if approve else "not confirmed"
            messages.success(request, f"The key of {waiting.host} is {word}.")
            return redirect("host", pk)
    return answer(request, pk, decision=form, status=422)


def _row(pk: uuid.UUID) -> HostRow:
    get_object_or_404(Host, pk=pk)
    return selectors.host(pk).row
