"""The ends of JWKs among those of all credentials: page, feed, alerts (FINI-31)."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from fini.models import Part, Profile
from keys.models import ExpiryNotice
from keys.selectors.ends import ends
from keys.selectors.expiries import Credential, credentials
from keys.selectors.feeds import events
from keys.services import expiries
from portal import clock
from portal.alerts.models import Alert
from portal.people.models import Participant, User
from tests.fini.profile_builders import DAY, jwk, profile, registered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gateway_set")]


@pytest.fixture
def mine(participant: Participant, alice: User, charlie: User) -> Profile:
    return profile(participant)


def told() -> dict[str, dt.date]:
    return {end.what: end.expires_on for end in ends(clock.today())}


def shown(participant: Participant) -> list[Credential]:
    return credentials(participant, clock.today())


@pytest.mark.ledger("FINI-31/P")
def test_each_parts_end_is_one_end(mine: Profile) -> None:
    registered(mine, Part.AGENT, 40)
    registered(mine, Part.MACHINE, 50)
    where = "of HARBOUR01 at FINI, SANDBOX"
    assert told() == {
        f"Agent key {where}": clock.today() + 40 * DAY,
        f"Machine key {where}": clock.today() + 50 * DAY,
    }


@pytest.mark.ledger("FINI-31/P")
def test_a_jwk_near_its_end_raises_an_alert_that_a_proved_one_resolves(
    mine: Profile,
) -> None:
    registered(mine, Part.AGENT, 20, proved_at=clock.now())
    expiries.evaluate(clock.now())
    alert = Alert.objects.get(kind="expiry")
    assert "Agent key of HARBOUR01 at FINI" in alert.title
    registered(mine, Part.AGENT, 360, proved_at=clock.now())
    expiries.evaluate(clock.now())
    alert.refresh_from_db()
    assert alert.resolved_at is not None


@pytest.mark.ledger("FINI-31/P")
def test_it_is_told_of_in_time_to_register_a_new_one(mine: Profile) -> None:
    registered(mine, Part.AGENT, 60)
    expiries.evaluate(clock.now())
    assert ExpiryNotice.objects.get().days == 60


def test_a_newer_key_that_has_bought_no_token_ends_no_warning(mine: Profile) -> None:
    """Client Connect may not have it yet, whatever was recorded."""
    registered(mine, Part.AGENT, 20, proved_at=clock.now())
    registered(mine, Part.AGENT, 360)
    assert set(told().values()) == {clock.today() + 20 * DAY}


def test_while_no_key_has_bought_a_token_the_last_counts(mine: Profile) -> None:
    registered(mine, Part.AGENT, 20)
    registered(mine, Part.AGENT, 360)
    assert set(told().values()) == {clock.today() + 360 * DAY}


@pytest.mark.parametrize(
    "state",
    [{"registered_at": None}, {"retired_at": clock.now()}],
    ids=["not registered", "retired"],
)
def test_what_hkex_does_not_take_has_no_end(
    mine: Profile, state: dict[str, Any]
) -> None:
    registered(mine, Part.AGENT, 20, **state)
    assert told() == {}
    assert shown(mine.participant) == []


def test_nobody_is_warned_of_a_disabled_profile(participant: Participant) -> None:
    registered(profile(participant, is_enabled=False), Part.AGENT, 20)
    assert told() == {}


@pytest.mark.ledger("FINI-31/P")
def test_both_keys_of_an_overlap_are_drawn_and_one_counts(mine: Profile) -> None:
    old = registered(mine, Part.AGENT, 20, proved_at=clock.now())
    new = registered(mine, Part.AGENT, 360, proved_at=clock.now())
    found = {one.subject: one for one in shown(mine.participant)}
    assert (found[old.pk].counts, found[old.pk].word) == (False, "Replaced")
    assert (found[new.pk].counts, found[new.pk].word) == (True, "Valid")
    assert found[old.pk].group == found[new.pk].group


def test_the_last_day_is_the_one_before_the_end(mine: Profile) -> None:
    registered(mine, Part.AGENT, 20)
    [one] = shown(mine.participant)
    assert one.last_day == clock.today() + 19 * DAY
    assert one.word == "Renew now"


def test_another_participants_keys_are_not_shown(
    mine: Profile, other_participant: Participant
) -> None:
    registered(mine, Part.AGENT)
    assert shown(other_participant) == []


@pytest.mark.ledger("FINI-31/P")
def test_they_stand_in_the_calendar(mine: Profile) -> None:
    registered(mine, Part.MACHINE, 40)
    [event] = events(mine.participant, clock.today())
    assert event.summary == "Machine key of HARBOUR01 at FINI expires"


@pytest.mark.ledger("FINI-31/P")
def test_the_page_of_what_expires_leads_to_the_profile(
    by_charlie: Client, mine: Profile
) -> None:
    registered(mine, Part.AGENT, 40)
    text = by_charlie.get("/p/CP00010/expiry/").content.decode()
    assert f"/p/CP00010/fini/profiles/{mine.pk}/" in text
    assert "Agent key" in text


def test_an_end_of_theirs_can_be_noted(by_charlie: Client, mine: Profile) -> None:
    made = registered(mine, Part.AGENT, 20)
    expiries.evaluate(clock.now())
    end = clock.today() + 20 * DAY
    by_charlie.post(
        "/p/CP00010/expiry/acknowledge/",
        {"subject": str(made.pk), "expires_on": str(end)},
    )
    [one] = shown(mine.participant)
    assert one.is_acknowledged


def test_more_keys_take_no_more_queries(
    mine: Profile, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(10) as few:
        shown(mine.participant)
    for part in Part:
        registered(mine, part)
        jwk(mine, part)
    with django_assert_num_queries(len(few)):
        shown(mine.participant)
