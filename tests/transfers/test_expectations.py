"""When a file is expected, and what that makes of a day."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.exchange.hktime import HONG_KONG
from portal.tradingdays.calendar import Calendar, DayKind, Override
from transfers.expectations import (
    Days,
    Standing,
    deadline,
    is_expected_on,
    matches,
    standing,
)

MONDAY = dt.date(2026, 11, 23)
PLAIN = Calendar()


def at(hour: int, minute: int = 0, day: dt.date = MONDAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=HONG_KONG)


def test_a_rule_for_trading_days_expects_nothing_on_a_saturday() -> None:
    assert not is_expected_on(Days.TRADING, dt.date(2026, 11, 21), PLAIN)


def test_a_rule_for_trading_days_expects_nothing_in_a_typhoon() -> None:
    typhoon = Calendar(overrides={MONDAY: Override(DayKind.CLOSED)})
    assert not is_expected_on(Days.TRADING, MONDAY, typhoon)


def test_a_rule_for_every_day_expects_on_a_sunday() -> None:
    assert is_expected_on(Days.EVERY, dt.date(2026, 11, 22), PLAIN)


@pytest.mark.parametrize(
    ("days", "day"),
    [(Days.FIRST, dt.date(2026, 11, 2)), (Days.LAST, dt.date(2026, 10, 30))],
)
def test_a_month_begins_and_ends_with_a_trading_day(days: Days, day: dt.date) -> None:
    month = [dt.date(2026, 10, 1) + dt.timedelta(n) for n in range(61)]
    found = [d for d in month if is_expected_on(days, d, PLAIN)]
    assert day in found
    assert len({(d.year, d.month) for d in found}) == len(found) == 2


def test_a_time_in_the_night_is_that_of_the_day_after() -> None:
    by = deadline(MONDAY, dt.time(2, 30), 15, next_day=True)
    assert by.due_at == at(2, 30, MONDAY + dt.timedelta(1))
    assert by.warn_at == at(2, 15, MONDAY + dt.timedelta(1))


def test_what_is_complete_at_the_deadline_is_in_time() -> None:
    assert standing(at(19, 30), at(19, 30), at(20)) is Standing.ARRIVED


def test_what_is_complete_after_the_deadline_is_late() -> None:
    assert standing(at(19, 30), at(19, 31), at(20)) is Standing.LATE


def test_nothing_is_missing_before_its_deadline() -> None:
    assert standing(at(19, 30), None, at(19, 29)) is Standing.DUE
    assert standing(at(19, 30), None, at(19, 30)) is Standing.MISSING


def test_a_pattern_minds_the_case() -> None:
    assert matches("TP001*", "TP001_20261123.csv")
    assert not matches("TP001*", "tp001_20261123.csv")


@given(st.sampled_from(list(Days)), st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)))
def test_no_rule_but_that_for_every_day_expects_on_a_day_without_trading(
    days: Days, day: dt.date
) -> None:
    expected = is_expected_on(days, day, PLAIN)
    assert days is Days.EVERY or not expected or PLAIN.is_trading_day(day)
