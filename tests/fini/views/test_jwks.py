"""Making, registering, retiring and comparing the keys of a profile."""

import datetime as dt
import json

import pytest
from django.test import Client
from joserfc.jwk import RSAKey

from fini.models import Part, Profile, ProfileJwk
from portal import clock
from portal.activity.models import Activity
from portal.people.models import Participant, User
from tests.fini.profile_builders import DAY, jwk, profile, registered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gateway_set")]


@pytest.fixture
def mine(participant: Participant, charlie: User) -> Profile:
    return profile(participant)


def page(of: Profile, act: str) -> str:
    return f"/p/CP00010/fini/profiles/{of.pk}/agent/{act}/"


def key_page(of: ProfileJwk, act: str) -> str:
    return f"/p/CP00010/fini/profiles/keys/{of.pk}/{act}/"


def the_end(days: int) -> dict[str, str]:
    return {"ends_on": str(clock.today() + days * DAY)}


def test_the_form_proposes_360_days(by_charlie: Client, mine: Profile) -> None:
    text = by_charlie.get(page(mine, "make")).content.decode()
    assert f'value="{clock.today() + dt.timedelta(360)}"' in text


def test_a_made_key_is_its_makers(
    by_charlie: Client, mine: Profile, charlie: User
) -> None:
    answer = by_charlie.post(page(mine, "make"), the_end(90))
    made = ProfileJwk.objects.get()
    assert answer["Location"] == f"/p/CP00010/fini/profiles/{mine.pk}/"
    assert (made.part, made.created_by) == (Part.AGENT, charlie)


@pytest.mark.ledger("FINI-02/P")
def test_an_end_beyond_the_year_is_refused(by_charlie: Client, mine: Profile) -> None:
    answer = by_charlie.post(page(mine, "make"), the_end(366))
    assert answer.status_code == 422
    assert "within the year" in answer.content.decode()


def test_a_part_that_is_none_is_not_found(by_charlie: Client, mine: Profile) -> None:
    address = f"/p/CP00010/fini/profiles/{mine.pk}/owner/make/"
    assert by_charlie.get(address).status_code == 404


@pytest.mark.ledger("FINI-03/P")
def test_registering_is_recorded_once(
    by_charlie: Client, mine: Profile, charlie: User
) -> None:
    made = jwk(mine)
    by_charlie.post(key_page(made, "register"))
    made.refresh_from_db()
    assert made.registered_by == charlie
    told = by_charlie.post(key_page(made, "register"), follow=True).content.decode()
    assert "registered, retired or over already" in told


def test_registering_has_the_ipos_asked_for_at_once(
    by_charlie: Client, mine: Profile
) -> None:
    Profile.objects.update(ipos_next_at=clock.real_now() + DAY)
    by_charlie.post(key_page(jwk(mine), "register"))
    assert Profile.objects.get().ipos_next_at is None


def test_retiring_asks_first(by_charlie: Client, mine: Profile) -> None:
    made = registered(mine)
    assert (
        "private half is destroyed"
        in by_charlie.get(key_page(made, "retire")).content.decode()
    )
    made.refresh_from_db()
    assert made.retired_at is None
    by_charlie.post(key_page(made, "retire"))
    made.refresh_from_db()
    assert made.retired_at is not None


def test_what_client_connect_shows_is_compared(
    by_charlie: Client, mine: Profile
) -> None:
    made = registered(mine)
    text = by_charlie.post(
        page(mine, "compare"), {"shown": json.dumps({"keys": [made.public]})}
    ).content.decode()
    assert "It is the same as here." in text


@pytest.mark.ledger("FINI-01/P")
def test_the_machines_key_in_the_agents_place_is_told(
    by_charlie: Client, mine: Profile
) -> None:
    machine = registered(mine, Part.MACHINE)
    text = by_charlie.post(
        page(mine, "compare"), {"shown": json.dumps({"keys": [machine.public]})}
    ).content.decode()
    assert "HKEX refuses one for both" in text


@pytest.mark.ledger("FINI-02/P")
def test_a_private_part_is_refused_unread_and_recorded(
    by_charlie: Client, mine: Profile, caplog: pytest.LogCaptureFixture
) -> None:
    whole = RSAKey.generate_key(2048, private=True).as_dict(private=True)
    answer = by_charlie.post(
        page(mine, "compare"), {"shown": json.dumps({"keys": [whole]})}
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "treat the key as exposed" in text
    kept = json.dumps(list(Activity.objects.values_list("description", "refs")))
    for name in ("d", "p", "q", "n"):
        assert str(whole[name]) not in text + kept + caplog.text
    assert "Refuse a private key pasted as the JWKS" in kept


def test_what_is_no_jwks_is_said_in_a_sentence(
    by_charlie: Client, mine: Profile
) -> None:
    answer = by_charlie.post(page(mine, "compare"), {"shown": "{"})
    assert answer.status_code == 422
    assert "This is not JSON" in answer.content.decode()


def test_what_was_pasted_is_never_given_back(by_charlie: Client, mine: Profile) -> None:
    answer = by_charlie.post(page(mine, "compare"), {"shown": "{ remember-me"})
    assert "remember-me" not in answer.content.decode()
