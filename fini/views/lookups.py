"""What a page of FINI is about: the participant's own profile or key, or nothing."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from fini.models import Profile, ProfileJwk
from portal.people.guards import Acting


def profile_of(acting: Acting, pk: uuid.UUID) -> Profile:
    """Raises Http404 for another participant's."""
    rows = Profile.objects.select_related("participant", "company_id", "created_by")
    return get_object_or_404(rows, pk=pk, participant=acting.participant)


def jwk_of(acting: Acting, pk: uuid.UUID) -> ProfileJwk:
    """Raises Http404 for one of another participant's profiles."""
    rows = ProfileJwk.objects.select_related(
        "profile__participant", "profile__company_id"
    ).defer("sealed_private")
    return get_object_or_404(rows, pk=pk, profile__participant=acting.participant)


def page_of(profile: Profile) -> HttpResponse:
    return redirect("fini_profile", profile.participant.code, profile.pk)
