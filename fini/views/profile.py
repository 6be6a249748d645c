"""One profile: its keys and JWKS, and the connection test."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from fini.models import Profile
from fini.refusals import Refusal
from fini.selectors import profiles as selectors
from fini.services import connection_tests
from fini.views.lookups import page_of, profile_of
from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role

ASKED = "The connection test is under way. What comes of each step shows below."


@guards.member()
@require_safe
def profile(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    template = "_profile.html" if "X-Partial" in request.headers else "profile.html"
    context = shown(request, profile_of(request.acting, pk))
    return render(request, f"fini/profiles/{template}", context)


@guards.member(Role.ADMIN)
@require_POST
def test(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    """A worker walks token, crypto meta and IPO list."""
    asked = profile_of(request.acting, pk)
    try:
        connection_tests.ask(asked, request.acting, clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.info(request, ASKED)
    return page_of(asked)


def shown(request: ActingRequest, of: Profile) -> dict[str, object]:
    tabs = selectors.of(of.participant)
    return {
        "page": selectors.page(of, clock.today()),
        "tabs": tabs,
        "can_add": selectors.free_environments(tabs),
        "can_manage": Role.ADMIN in request.acting.roles,
    }
