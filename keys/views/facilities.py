"""All facilities of the deployment, and adding one from a preset of HKEX's guides."""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from keys.models import HostKeyConfirmation
from keys.refusals import Refusal
from keys.selectors import facilities as selectors
from keys.selectors import hosts
from keys.services import facilities as services
from keys.site_forms import PresetForm
from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest


@dataclass(frozen=True)
class Awaiting:
    """A host's key on its way to a second site admin."""

    said: HostKeyConfirmation
    reader: uuid.UUID

    @property
    def is_own(self) -> bool:
        return self.said.requested_by_id == self.reader


@guards.site_admin
@require_safe
def facilities(request: ActingRequest) -> HttpResponse:
    return _page(request, PresetForm(), 200)


@guards.site_admin
@require_POST
def add(request: ActingRequest) -> HttpResponse:
    form = PresetForm(request.POST)
    if form.is_valid():
        try:
            made = services.apply_preset(form.preset, request.user, clock.now())
        except Refusal as refusal:
            form.add_error("name", str(refusal))
        else:
            return redirect("facility", made.pk)
    return _page(request, form, 422)


def _page(request: ActingRequest, form: PresetForm, status: int) -> HttpResponse:
    rows = selectors.facilities()
    there = {row.facility.name for row in rows}
    context = {
        "rows": rows,
        "awaiting": [Awaiting(one, request.user.pk) for one in hosts.awaiting()],
        "form": form,
        "is_sandbox": settings.DEPLOYMENT == "sandbox",
        "presets": [p for name, p in form.presets.items() if name not in there],
    }
    return render(request, "keys/facilities.html", context, status=status)
