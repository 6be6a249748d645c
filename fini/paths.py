"""Addresses of pages about profiles and IPOs, for alerts and other apps' pages."""

import uuid

from django.urls import reverse

from portal.people.models import Participant


def profiles_path(participant: Participant) -> str:
    return reverse("fini_profiles", args=[participant.code])


def profile_path(participant: Participant, pk: uuid.UUID) -> str:
    return reverse("fini_profile", args=[participant.code, pk])
