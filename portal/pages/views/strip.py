"""The facility strip alone: what the open page fetches again."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.people import guards
from portal.people.guards import ActingRequest


@require_safe
@guards.member()
def strip(request: ActingRequest) -> HttpResponse:
    return render(request, "_strip.html")
