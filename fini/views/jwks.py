"""The keys of a profile's parts: made, compared, registered, retired."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from fini import jwks_comparison
from fini.jwks_comparison import NotAJwks, Verdict
from fini.models import Part
from fini.profile_forms import CompareForm, MakeForm
from fini.refusals import Refusal
from fini.selectors import jwks as selectors
from fini.services import jwks as services
from fini.views.lookups import jwk_of, page_of, profile_of
from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role

MADE = "The key is made. Paste the JWKS below into Client Connect, then record it."
REGISTERED = "The key is recorded as registered. The connection test shows if it is."
RETIRED = "The key is retired. Paste the JWKS below into Client Connect without it."


@guards.member(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: ActingRequest, pk: uuid.UUID, part: str) -> HttpResponse:
    profile, of = profile_of(request.acting, pk), _part(part)
    posted = request.method == "POST"
    form = MakeForm(clock.today(), request.POST if posted else None)
    if posted and form.is_valid():
        try:
            services.make_key(
                profile,
                of,
                form.cleaned_data["ends_on"],
                clock.now(),
                by=request.acting.user,
            )
        except Refusal as refusal:
            form.add_error("ends_on", str(refusal))
        else:
            messages.success(request, MADE)
            return page_of(profile)
    context = {"profile": profile, "part": of, "form": form}
    status = 422 if posted else 200
    return render(request, "fini/profiles/make.html", context, status=status)


@guards.member(Role.ADMIN)
@require_POST
def register(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    jwk = jwk_of(request.acting, pk)
    try:
        services.register(jwk, request.acting, clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, REGISTERED)
    return page_of(jwk.profile)


@guards.member(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    """Asks first."""
    jwk = jwk_of(request.acting, pk)
    if request.method != "POST":
        context = {"jwk": jwk, "profile": jwk.profile}
        return render(request, "fini/profiles/retire.html", context)
    try:
        services.retire(jwk, request.acting, clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, RETIRED)
    return page_of(jwk.profile)


@guards.member(Role.ADMIN)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: ActingRequest, pk: uuid.UUID, part: str) -> HttpResponse:
    """Shows verdicts and keeps nothing of what was pasted."""
    profile, of = profile_of(request.acting, pk), _part(part)
    posted = request.method == "POST"
    form = CompareForm(request.POST if posted else None)
    verdicts: list[Verdict] = []
    if posted and form.is_valid():
        try:
            there = jwks_comparison.read(form.cleaned_data["shown"])
            ours, others = selectors.to_compare(profile, of)
            verdicts = jwks_comparison.compare(there, ours, others)
        except NotAJwks as no:
            form.add_error("shown", str(no))
    if form.exposed:
        services.record_exposure(profile, of, request.acting)
    context = {"profile": profile, "part": of, "form": form, "verdicts": verdicts}
    status = 422 if form.errors else 200
    return render(request, "fini/profiles/compare.html", context, status=status)


def _part(part: str) -> Part:
    """Raises Http404."""
    if part not in Part.values:
        raise Http404
    return Part(part)
