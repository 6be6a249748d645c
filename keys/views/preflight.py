"""Ask a worker to learn what a host offers, without a login."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from keys.models import Host
from keys.refusals import Refusal
from keys.services import pre_flights
from portal.people import guards
from portal.people.guards import ActingRequest


@guards.site_admin
@require_POST
def pre_flight(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    host = get_object_or_404(Host.objects.select_related("facility"), pk=pk)
    try:
        pre_flights.ask(host, request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("host", pk)
