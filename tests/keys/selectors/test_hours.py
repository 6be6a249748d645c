"""Service hours by the rows: why nothing is fetched, and when a key may be tried."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from keys.models import Platform
from keys.selectors import hours, renewals
from portal import clock
from portal.exchange.hktime import HONG_KONG
from portal.people.models import Participant, User
from portal.tradingdays.calendar import DayKind
from portal.tradingdays.models import TradingDayOverride
from tests.keys.builders import account

MONDAY = dt.date(2026, 11, 23)
CCMS = "/download/HKCC_SEOCH_CCMS_GLOB"
DCASS = "/download/DCASS"
pytestmark = pytest.mark.django_db


def at(moment: str) -> dt.datetime:
    return dt.datetime.fromisoformat(moment).replace(tzinfo=HONG_KONG)


@pytest.fixture
def typhoon(alice: User) -> TradingDayOverride:
    """On Monday, all day."""
    return TradingDayOverride.objects.create(
        day=MONDAY,
        kind=DayKind.CLOSED,
        reason="Typhoon signal 8",
        set_by=alice,
        set_at=clock.now(),
    )


def test_the_reason_is_told_in_one_query(
    participant: Participant, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rap = account(participant, Platform.RAP)
    with django_assert_num_queries(1):
        told = hours.closed_because(rap, at("2026-11-23 06:00"))
    assert told == "RAP opens at 07:00"


def test_nothing_is_asked_or_told_of_ecp(
    participant: Participant, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ecp = account(participant, Platform.ECP)
    with django_assert_num_queries(0):
        assert hours.closed_because(ecp, at("2026-11-22 05:00")) == ""


def test_a_typhoon_that_was_just_set_closes_at_once(
    participant: Participant, typhoon: TradingDayOverride
) -> None:
    told = hours.closed_because(account(participant, Platform.RRS), at("2026-11-23"))
    assert told == (
        "RRS opens on Tuesday 24 November at 07:00: "
        "the exchange is closed today (Typhoon signal 8)"
    )


def test_only_the_folders_of_the_account_count(participant: Participant) -> None:
    rap, morning = account(participant, Platform.RAP), at("2026-11-21 08:00")
    assert hours.closed_because(rap, morning) == ""
    assert hours.closed_because(rap, morning, [CCMS, DCASS]) == ""
    assert hours.closed_because(rap, morning, [DCASS]) == (
        "RAP opens on Monday 23 November at 07:00: today is Saturday"
    )


@pytest.mark.ledger("RAP-05")
@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-20 12:00", "2026-11-20 12:00"),
        ("2026-11-20 23:50", "2026-11-23 07:15"),  # no time is left for an answer
        ("2026-11-21 08:00", "2026-11-23 07:15"),
        ("2026-11-23 07:00", "2026-11-23 07:15"),
        ("2026-12-24 23:57", "2026-12-28 07:15"),  # Christmas and a weekend
    ],
)
def test_a_key_is_uploaded_in_hours_that_leave_time_for_its_answer(
    participant: Participant, moment: str, opens: str
) -> None:
    rap = account(participant, Platform.RAP)
    assert renewals.upload_from(rap, at(moment)) == at(opens)


def test_no_login_is_tried_on_a_day_closed_for_a_typhoon(
    participant: Participant, typhoon: TradingDayOverride
) -> None:
    rap, ecp = account(participant, Platform.RAP), account(participant)
    noon = at("2026-11-23 12:00")
    assert renewals.asked_login_from(rap, noon) == at("2026-11-24 07:15")
    assert renewals.asked_login_from(ecp, noon) == noon
