"""Small builders: a profile with its Company ID, and JWKs in all their states."""

import datetime as dt
import itertools
from typing import Any

from fini.models import Ipo, Part, Profile, ProfileJwk
from fini.services import jwks
from portal import clock, secrets
from portal.people.guards import Acting
from portal.people.models import Identity, IdentityKind, Membership, Participant, User
from tests.fini.builders import profile_key

UUID = "ec1a3544-aca1-4adf-9d7a-9d82a4a597ad"
GATEWAY = {"url": "https://127.0.0.1:1", "audience": "", "ca_file": ""}
DAY = dt.timedelta(1)
_numbers = itertools.count(1)


def acting(user: User, participant: Participant) -> Acting:
    return Acting(user, participant, Membership.objects.get(user=user))


def company_id(participant: Participant, code: str = "HARBOUR01") -> Identity:
    found, _ = Identity.objects.get_or_create(
        participant=participant, kind=IdentityKind.COMPANY_ID, code=code
    )
    return found


def profile(participant: Participant, **fields: Any) -> Profile:
    """In the sandbox, entitled to everything, without a key."""
    environment = fields.pop("environment", "sandbox")
    values = {
        "company_id": company_id(participant),
        "agent_issuer": "harbour-portal",
        "machine_uuid": UUID,
        "may_subscribe": True,
        "may_fund": True,
        "created_at": clock.now(),
    }
    made, _ = Profile.objects.update_or_create(
        participant=participant, environment=environment, defaults=values | fields
    )
    return made


def jwk(
    of: Profile, part: Part = Part.AGENT, days: int = 360, **fields: Any
) -> ProfileJwk:
    """Made now, not registered unless `fields` say so; its end `days` ahead. Its
    private half is sealed and whole where `key` names one of `builders.profile_key`,
    else it is none, since drawing one takes a while."""
    name = fields.pop("key", "")
    ends = dt.datetime.combine(
        clock.today() + days * DAY, dt.time(), tzinfo=clock.HONG_KONG
    )
    pair = profile_key(name or f"{part}")
    made = ProfileJwk(
        profile=of,
        part=part,
        kid=pair.kid if name else f"kid-{next(_numbers)}",
        expires_at=ends,
        **{"created_at": clock.now(), **fields},
    )
    made.public = {**pair.public_jwk(ends), "kid": made.kid}
    made.sealed_private = (
        secrets.seal(pair.pem(), jwks.bound_to(made)) if name else b"sealed"
    )
    made.save(force_insert=True)
    return made


def registered(
    of: Profile, part: Part = Part.AGENT, days: int = 360, **fields: Any
) -> ProfileJwk:
    return jwk(of, part, days, **{"registered_at": clock.now(), **fields})


def ready(participant: Participant) -> Profile:
    """With a registered key of each part that can sign."""
    made = profile(participant)
    registered(made, Part.AGENT, key="agent")
    registered(made, Part.MACHINE, key="machine")
    return made


def ipo(of: Profile, ipo_id: str = "1234", **fields: Any) -> Ipo:
    now = clock.now()
    values = {"stock_code": "08888", "isin": "HK0000000001", "status": "30"}
    times = {"first_seen_at": now - 10 * DAY, "seen_at": now, "reference_at": now}
    return Ipo.objects.create(
        profile=of, ipo_id=ipo_id, **{**values, **times, **fields}
    )
