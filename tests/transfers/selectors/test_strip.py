"""The strip's cells: hours, site, whether the facility answers."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from keys.models import Facility, Platform, SftpAccount
from portal import clock
from portal.exchange.hktime import HONG_KONG
from portal.people.guards import Acting
from portal.tradingdays.selectors import build
from tests.keys import builders as keys
from tests.transfers import builders
from transfers.selectors import strip
from transfers.spec.windows import parse

HOURS = [parse("07:00-16:30"), parse("08:00-18:00")]


def at(time: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2024-03-01T{time}").replace(tzinfo=HONG_KONG)


@pytest.mark.parametrize(
    ("time", "told"),
    [
        ("06:59", ("idle", "Closed", "opens 07:00")),
        ("07:00", ("ok", "Open until 16:30", "")),
        ("12:00", ("ok", "Open until 18:00", "")),
        ("18:00", ("idle", "Closed", "opens Sat 2 Mar, 07:00")),
    ],
)
def test_it_is_open_while_any_file_is_taken(
    time: str, told: tuple[str, str, str]
) -> None:
    assert strip.hours(HOURS, at(time)) == told


def test_all_day_is_open_until_24() -> None:
    whole = [parse("00:00-24:00")]
    assert strip.hours(whole, at("12:00")) == ("ok", "Open until 24:00", "")


@pytest.mark.parametrize(
    ("field", "word"),
    [("unreachable_since", "Not reachable"), ("halted_since", "Failed")],
)
def test_what_does_not_work_comes_before_the_hours(
    as_alice: Acting, account: SftpAccount, field: str, word: str
) -> None:
    Facility.objects.update(**{field: clock.now()})
    [cell] = strip.cells(as_alice)
    assert (cell.status, cell.word) == ("bad", word)


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        ("2026-11-23T12:00", ("ok", "Open until 03:30", "")),
        ("2026-11-24T02:00", ("ok", "Open until 03:30", "")),
        ("2026-11-24T05:00", ("idle", "Closed", "opens 07:00")),
        ("2026-11-21T08:00", ("ok", "Open until 13:00", "CCMS only")),
        ("2026-11-21T14:00", ("idle", "Closed", "opens Mon 23 Nov, 07:00")),
        ("2026-12-24T05:00", ("idle", "Closed", "opens 07:00")),
        ("2026-12-25T05:00", ("idle", "Closed", "opens Mon 28 Dec, 07:00")),
    ],
)
def test_rap_keeps_the_hours_of_the_trading_days(
    moment: str, told: tuple[str, str, str]
) -> None:
    now = dt.datetime.fromisoformat(moment).replace(tzinfo=HONG_KONG)
    known = build(now.date(), now.date() + dt.timedelta(9), {})
    assert strip.report_hours("RAP", now, known) == told


def test_the_facilities_of_reports_have_cells_for_one_query_more(
    as_alice: Acting,
    account: SftpAccount,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for platform in (Platform.RAP, Platform.RRS):
        keys.account(as_alice.participant, platform)
    with django_assert_num_queries(2):
        cells = strip.cells(as_alice)
    assert [cell.name for cell in cells] == [
        "ECP sandbox",
        "RAP sandbox",
        "RRS sandbox",
    ]


def test_one_query_and_only_ones_own_facilities(
    as_alice: Acting,
    account: SftpAccount,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    builders.facility("ECP of somebody else")
    with django_assert_num_queries(1):
        cells = strip.cells(as_alice)
    assert [cell.name for cell in cells] == ["ECP sandbox"]
