"""The JWKs of profiles: made, shown to HKEX by a person, registered, retired.

Guide D, API Access Setup 1 and 2: one key set for the agent profile and another one
for the machine profile; each ends within the year. Nobody but the portal has a private
half, and nobody sees it.
"""

import datetime as dt

from django.db import IntegrityError

from fini import profile_keys
from fini.models import Part, Profile, ProfileJwk
from fini.profile_keys import ProfileKey
from fini.refusals import Refusal
from fini.services import gateway_records as records
from portal import secrets, wakeups
from portal.activity import transaction
from portal.activity.models import Status
from portal.exchange.hktime import HONG_KONG, hk_day
from portal.people.guards import Acting
from portal.people.models import User

LONGEST_DAYS = 364  # `exp` lies less than a year ahead (FINI-02)
USUAL_DAYS = 360
MOST_AT_A_TIME = 2  # one in use, and one that is to replace it
NOTHING = "No key was made."
UNCHANGED = "Nothing was changed."
REFRESH_IPOS = "fini-ipos"


def make_key(
    profile: Profile,
    part: Part,
    ends_on: dt.date,
    now: dt.datetime,
    *,
    by: User | None = None,
) -> ProfileJwk:
    """A new pair, not registered yet; `ends_on` is the first Hong Kong day on which it
    no longer works. Raises Refusal. Drawn before the transaction: it takes a while."""
    _refuse_end(ends_on, now)
    _refuse_third(profile, part, now)
    return keep(profile, part, profile_keys.make(), ends_on, now, by=by)


def keep(
    profile: Profile,
    part: Part,
    pair: ProfileKey,
    ends_on: dt.date,
    now: dt.datetime,
    *,
    by: User | None = None,
) -> ProfileJwk:
    """Seal and store it. Raises Refusal for a pair that is there already, also as the
    other part's: HKEX refuses one key set for both (FINI-01)."""
    _refuse_end(ends_on, now)
    expires_at = dt.datetime.combine(ends_on, dt.time(), tzinfo=HONG_KONG)
    jwk = ProfileJwk(
        profile=profile,
        part=part,
        kid=pair.thumbprint,
        public=pair.public_jwk(expires_at),
        expires_at=expires_at,
        created_at=now,
        created_by=by,
    )
    jwk.sealed_private = secrets.seal(pair.pem(), bound_to(jwk))
    try:
        with transaction.atomic():
            _locked(profile)
            _refuse_third(profile, part, now)
            jwk.save(force_insert=True)
            records.of_jwk(jwk, "Make", by=by)
    except IntegrityError:
        raise Refusal(
            "This pair is in the portal already.",
            "The agent and the machine profile have separate key sets, and HKEX "
            f"refuses one for both. {NOTHING}",
            "Make a new key.",
        ) from None
    return jwk


def register(jwk: ProfileJwk, acting: Acting, now: dt.datetime) -> None:
    """A person has pasted the JWKS with it into Client Connect. Raises Refusal."""
    with transaction.atomic():
        waiting = ProfileJwk.objects.filter(
            pk=jwk.pk, registered_at=None, retired_at=None, expires_at__gt=now
        )
        if not waiting.update(registered_at=now, registered_by=acting.user):
            raise Refusal(
                "This key is registered, retired or over already.",
                UNCHANGED,
                "Reload the page.",
            )
        # With both parts registered, the IPOs can be asked for at once.
        Profile.objects.filter(pk=jwk.profile_id).update(ipos_next_at=None)
        wakeups.wake(REFRESH_IPOS, jwk.profile_id)
        records.of_jwk(jwk, "Record as registered", by=acting.user)


def retire(jwk: ProfileJwk, acting: Acting, now: dt.datetime) -> None:
    """Never signed with again, and its private half is destroyed: it was replaced, was
    not needed, or may be in other hands. HKEX must be shown the JWKS without it.
    Raises Refusal."""
    with transaction.atomic():
        kept = ProfileJwk.objects.filter(pk=jwk.pk, retired_at=None)
        if not kept.update(retired_at=now, sealed_private=b""):
            raise Refusal("This key is retired already.", UNCHANGED, "Reload the page.")
        status = Status.WARNING if jwk.registered_at else Status.SUCCESSFUL
        records.of_jwk(jwk, "Retire", by=acting.user, status=status)


def record_exposure(profile: Profile, part: Part, acting: Acting) -> None:
    """A private part came with a JWKS that was pasted to be compared; it was dropped
    unread, and whoever pasted it was told to treat that key as exposed."""
    told = f"Refuse a private key pasted as the JWKS of the {part.label.lower()}"
    with transaction.atomic():
        records.of_profile(profile, told, by=acting.user, status=Status.WARNING)


def open_private(jwk: ProfileJwk) -> ProfileKey:
    """To sign with. Raises secrets.CannotOpen, NotAProfileKey."""
    pem = secrets.open(bytes(jwk.sealed_private), bound_to(jwk))
    return profile_keys.load(pem, jwk.kid)


def bound_to(jwk: ProfileJwk) -> str:
    return secrets.context("fini_profilejwk", jwk.pk, "sealed_private")


def _locked(profile: Profile) -> None:
    """Keys of a profile are made in turns."""
    Profile.objects.select_for_update(no_key=True, of=("self",)).get(pk=profile.pk)


def _refuse_end(ends_on: dt.date, now: dt.datetime) -> None:
    days = (ends_on - hk_day(now)).days
    if not 1 <= days <= LONGEST_DAYS:
        raise Refusal(
            "HKEX takes a JWK that ends in days to come and within the year.",
            NOTHING,
            f"Choose an end 1 to {LONGEST_DAYS} days ahead; {USUAL_DAYS} is usual.",
        )


def _refuse_third(profile: Profile, part: Part, now: dt.datetime) -> None:
    held = ProfileJwk.objects.filter(
        profile=profile, part=part, retired_at=None, expires_at__gt=now
    )
    if held.count() >= MOST_AT_A_TIME:
        raise Refusal(
            f"The {part.label.lower()} has two keys, one of which can replace the "
            "other.",
            NOTHING,
            "Retire one of them first.",
        )
