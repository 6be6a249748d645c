"""What FINI has against what we have: asked for, listed, one with what differs."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from fini.models import Reconciliation
from fini.refusals import Refusal
from fini.selectors import offers, profiles, reconciliations
from fini.services import reconcile as services
from fini.services.comparing import KINDS, MOST_LISTED
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role

NOT_LISTED = "FINI lists no IPO of this ID. Nothing was asked. Choose one of the list."
ASKERS = (Role.OPERATOR, Role.APPROVER, Role.ADMIN)
TITLES = {
    "only_ours": "Only here",
    "only_theirs": "Only at FINI",
    "differing": "Differing",
    "doubled": "At FINI twice",
}


@require_safe
@guards.member()
def page(request: ActingRequest) -> HttpResponse:
    participant = request.acting.participant
    profile = profiles.in_use(profiles.of(participant))
    context = {
        "profile": profile,
        "ipos": offers.ipos_ever(profile) if profile else [],
        "rows": reconciliations.latest(participant),
        "can_ask": profile is not None and bool(request.acting.roles & {*ASKERS}),
    }
    name = "_reconciliations" if "X-Partial" in request.headers else "reconciliations"
    return render(request, f"fini/reconcile/{name}.html", context)


@require_safe
@guards.member()
def one(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    row = reconciliations.one(request.acting.participant, pk)
    if row is None:
        raise Http404
    context = {"row": row, "parts": _parts(row), "most": MOST_LISTED}
    name = "_reconciliation" if "X-Partial" in request.headers else "reconciliation"
    return render(request, f"fini/reconcile/{name}.html", context)


@require_POST
@guards.member(*ASKERS)
def ask(request: ActingRequest) -> HttpResponse:
    participant = request.acting.participant
    profile = profiles.in_use(profiles.of(participant))
    ipo_id = request.POST.get("ipo_id", "")
    if profile is None or ipo_id not in dict(offers.ipos_ever(profile)):
        messages.error(request, NOT_LISTED)
        return redirect("fini_reconcile", participant.code)
    try:
        row = services.ask(profile, ipo_id, request.acting.user)
    except Refusal as no:
        messages.error(request, str(no))
        return redirect("fini_reconcile", participant.code)
    return redirect("fini_reconciliation", participant.code, row.pk)


def _parts(row: Reconciliation) -> list[tuple[str, int, list[dict[str, object]]]]:
    """Title, how many, and the first of them; kinds with none are left out."""
    return [
        (TITLES[kind], row.totals[kind], row.differences.get(kind, []))
        for kind in KINDS
        if row.totals.get(kind)
    ]
