"""The participant's FINI profiles: listed, set up, corrected, put out of use."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from fini import gateways
from fini.models import Profile
from fini.profile_forms import ProfileForm
from fini.refusals import Refusal
from fini.selectors import profiles as selectors
from fini.services import profiles as services
from fini.views.lookups import page_of, profile_of
from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role

SET_UP = "The profile is set up. Make a key for each part, and register both as below."
ENABLED = "The profile is enabled. What has waited is asked for again."
DISABLED = "The profile is disabled. Nothing is sent to FINI for it."


@guards.member()
@require_safe
def profiles(request: ActingRequest) -> HttpResponse:
    participant = request.acting.participant
    found = selectors.of(participant)
    if len(found) == 1:
        return page_of(found[0])
    context = {
        "profiles": found,
        "free": selectors.free_environments(found),
        "has_gateway": bool(gateways.environments()),
        "has_company_id": selectors.has_company_id(participant),
        "can_manage": Role.ADMIN in request.acting.roles,
    }
    return render(request, "fini/profiles/profiles.html", context)


@guards.member(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: ActingRequest) -> HttpResponse:
    posted = request.method == "POST"
    participant = request.acting.participant
    form = ProfileForm(participant, request.POST if posted else None)
    if posted and form.is_valid():
        try:
            profile = services.set_up(
                form.cleaned_data["environment"],
                form.particulars,
                request.acting,
                clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, SET_UP)
            return page_of(profile)
    return _form(request, form, None, posted)


@guards.member(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    posted = request.method == "POST"
    profile = profile_of(request.acting, pk)
    form = ProfileForm(
        request.acting.participant, request.POST if posted else None, profile
    )
    if posted and form.is_valid():
        try:
            services.correct(profile, form.particulars, request.acting)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The profile is corrected.")
            return page_of(profile)
    return _form(request, form, profile, posted)


@guards.member(Role.ADMIN)
@require_POST
def enabled(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    profile = profile_of(request.acting, pk)
    wanted = request.POST.get("wanted") == "on"
    try:
        services.set_enabled(profile, wanted, request.acting)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, ENABLED if wanted else DISABLED)
    return page_of(profile)


def _form(
    request: ActingRequest, form: ProfileForm, profile: Profile | None, posted: bool
) -> HttpResponse:
    context = {"form": form, "profile": profile}
    status = 422 if posted else 200
    return render(request, "fini/profiles/form.html", context, status=status)
