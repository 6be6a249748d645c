"""Profiles: set up for an environment, corrected, put out of use and back."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError

from fini import gateways
from fini.models import Profile
from fini.refusals import Refusal
from fini.services import gateway_records as records
from portal.activity import transaction
from portal.activity.models import Status
from portal.people.guards import Acting
from portal.people.models import Identity, IdentityKind

NOTHING = "Nothing was stored."


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a person enters: the Company ID, an issuer of our choice, the UUID that
    HKEX gave (it may come later), and the entitlements (notes.md)."""

    company_id: Identity
    agent_issuer: str
    machine_uuid: str
    may_reference: bool
    may_subscribe: bool
    may_fund: bool

    def fields(self) -> Mapping[str, object]:
        names = tuple(self.__slots__)
        return {name: getattr(self, name) for name in names}


def set_up(
    environment: str, told: Particulars, acting: Acting, now: dt.datetime
) -> Profile:
    """Raises Refusal: no gateway there, one is there already, a strange Company ID."""
    _refuse_identity(told.company_id, acting)
    if environment not in gateways.environments():
        raise Refusal(
            "This deployment names no FINI gateway for that environment.",
            NOTHING,
            "Choose another environment, or ask whoever runs the portal.",
        )
    profile = Profile(
        participant=acting.participant,
        environment=environment,
        created_at=now,
        created_by=acting.user,
        **told.fields(),
    )
    try:
        with transaction.atomic():
            profile.save(force_insert=True)
            records.of_profile(profile, "Set up FINI profile", by=acting.user)
    except IntegrityError:
        raise Refusal(
            "There is a profile for this environment already.",
            NOTHING,
            "Open that profile, and correct it.",
        ) from None
    return profile


def correct(profile: Profile, told: Particulars, acting: Acting) -> None:
    """Raises Refusal for a Company ID of somebody else."""
    _refuse_identity(told.company_id, acting)
    with transaction.atomic():
        kept = Profile.objects.select_for_update(no_key=True, of=("self",)).get(
            pk=profile.pk
        )
        changed = [
            name
            for name, value in told.fields().items()
            if value != getattr(kept, name)
        ]
        if not changed:
            return
        for name in changed:
            setattr(profile, name, getattr(told, name))
        profile.save(update_fields=changed)
        what = ", ".join(changed)
        records.of_profile(profile, f"Correct [{what}] of FINI profile", by=acting.user)


def set_enabled(profile: Profile, wanted: bool, acting: Acting) -> None:
    """Nothing is asked of FINI for a profile out of use. Raises Refusal."""
    with transaction.atomic():
        rows = Profile.objects.filter(pk=profile.pk, is_enabled=not wanted)
        if not rows.update(is_enabled=wanted):
            raise Refusal(
                f"The profile is {'enabled' if wanted else 'disabled'} already.",
                "Nothing was changed.",
                "Reload the page.",
            )
        records.of_profile(
            profile,
            f"{'Enable' if wanted else 'Disable'} FINI profile",
            by=acting.user,
            status=Status.SUCCESSFUL if wanted else Status.WARNING,
            topics=("keys",),
        )


def _refuse_identity(identity: Identity, acting: Acting) -> None:
    is_own = identity.participant_id == acting.participant.pk
    if not is_own or identity.kind != IdentityKind.COMPANY_ID:
        raise Refusal(
            "This is no Company ID of the participant.",
            NOTHING,
            "Choose one of the list.",
        )
