"""JWKs: made and sealed, registered by a person, two at a time, retired."""

import datetime as dt
import json
from typing import Any

import pytest

from fini.models import Part, Profile, ProfileJwk
from fini.refusals import Refusal
from fini.services import ipos, jwks
from portal import clock, resealing, secrets, wakeups
from portal.activity.models import Activity
from portal.people.models import Participant, User
from tests.fini.builders import profile_key
from tests.fini.profile_builders import DAY, acting, jwk, profile, registered

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(participant: Participant) -> Profile:
    return profile(participant)


def in_days(days: int) -> dt.date:
    return clock.today() + days * DAY


def kept(of: Profile, part: Part, name: str, days: int = 360) -> ProfileJwk:
    return jwks.keep(of, part, profile_key(name), in_days(days), clock.now())


@pytest.mark.ledger("FINI-02/P")
def test_a_made_key_is_an_rsa_key_that_ends_within_the_year(mine: Profile) -> None:
    made = jwks.make_key(mine, Part.AGENT, in_days(360), clock.now())
    public = ProfileJwk.objects.get(pk=made.pk).public
    assert {name: public[name] for name in ("kty", "e", "use", "alg", "kid")} == {
        "kty": "RSA",
        "e": "AQAB",
        "use": "sig",
        "alg": "RS256",
        "kid": made.kid,
    }
    ends = dt.datetime.combine(in_days(360), dt.time(), tzinfo=clock.HONG_KONG)
    assert public["exp"] == int(ends.timestamp())


@pytest.mark.ledger("FINI-02/P")
def test_its_private_half_is_sealed_and_bound_to_its_row(mine: Profile) -> None:
    made = kept(mine, Part.AGENT, "agent")
    row = ProfileJwk.objects.get(pk=made.pk)
    assert b"PRIVATE" not in bytes(row.sealed_private)
    assert "d" not in row.public
    assert jwks.open_private(row).thumbprint == made.kid
    other = registered(mine, Part.MACHINE)
    other.sealed_private = row.sealed_private
    with pytest.raises(secrets.CannotOpen):
        jwks.open_private(other)


@pytest.mark.ledger("FINI-01/P")
@pytest.mark.parametrize("second", [Part.MACHINE, Part.AGENT])
def test_one_pair_is_never_kept_twice(mine: Profile, second: Part) -> None:
    kept(mine, Part.AGENT, "agent")
    with pytest.raises(Refusal, match="HKEX refuses one for both"):
        kept(mine, second, "agent")
    assert ProfileJwk.objects.count() == 1


@pytest.mark.ledger("FINI-02/P")
@pytest.mark.parametrize("days", [-1, 0, 365, 400])
def test_an_end_that_hkex_would_not_take_makes_nothing(
    mine: Profile, days: int
) -> None:
    with pytest.raises(Refusal, match="No key was made"):
        jwks.make_key(mine, Part.AGENT, in_days(days), clock.now())
    assert not ProfileJwk.objects.exists()


def test_two_keys_of_a_part_overlap_and_a_third_is_refused(mine: Profile) -> None:
    registered(mine, Part.AGENT, days=20)
    kept(mine, Part.AGENT, "agent")
    with pytest.raises(Refusal, match="has two keys"):
        kept(mine, Part.AGENT, "third")
    assert kept(mine, Part.MACHINE, "machine").pk


def test_registering_says_who_and_when(
    mine: Profile, charlie: User, participant: Participant
) -> None:
    made, now = jwk(mine), clock.now()
    jwks.register(made, acting(charlie, participant), now)
    made.refresh_from_db()
    assert (made.registered_by, made.registered_at) == (charlie, now)
    row = Activity.objects.latest("seq")
    assert row.description.startswith(f"Record as registered JWK [{made.kid}]")
    assert "keys" in row.topics


def test_registering_has_the_ipos_asked_for_at_once(
    mine: Profile,
    charlie: User,
    participant: Participant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    woken: list[Any] = []
    monkeypatch.setattr(wakeups, "wake", lambda name, pk: woken.append((name, pk)))
    Profile.objects.update(ipos_next_at=clock.real_now() + DAY)
    jwks.register(jwk(mine), acting(charlie, participant), clock.now())
    mine.refresh_from_db()
    assert mine.ipos_next_at is None
    assert (ipos.WAKE, mine.pk) in woken


@pytest.mark.parametrize(
    "state",
    [
        {"registered_at": clock.now()},
        {"retired_at": clock.now()},
        {"days": -1},
    ],
)
def test_only_a_key_that_waits_is_registered(
    mine: Profile, charlie: User, participant: Participant, state: dict[str, Any]
) -> None:
    with pytest.raises(Refusal):
        jwks.register(jwk(mine, **state), acting(charlie, participant), clock.now())


def test_retiring_destroys_the_private_half(
    mine: Profile, charlie: User, participant: Participant
) -> None:
    made, who = registered(mine, key="agent"), acting(charlie, participant)
    jwks.retire(made, who, clock.now())
    made.refresh_from_db()
    assert bytes(made.sealed_private) == b""
    with pytest.raises(Refusal, match="retired already"):
        jwks.retire(made, who, clock.now())


def test_the_keys_are_sealed_anew_with_a_newer_master_key(mine: Profile) -> None:
    kept(mine, Part.AGENT, "agent")
    assert resealing.reseal("FINI profile keys").kept == 1


def test_nothing_of_the_private_half_is_in_the_activity(mine: Profile) -> None:
    jwks.make_key(mine, Part.AGENT, in_days(9), clock.now())
    told = json.dumps(list(Activity.objects.values_list("description", "refs")))
    assert "PRIVATE" not in told
    assert '"d"' not in told
