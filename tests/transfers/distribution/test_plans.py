"""When a schedule is due next, by the trading days."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.exchange.hktime import HONG_KONG
from portal.tradingdays.calendar import Calendar
from transfers.distribution.plans import Plan, next_due, plan_day

OPEN = Calendar(holidays=frozenset({dt.date(2026, 11, 23)}))  # a Monday
NIGHTLY = Plan("every", 30, dt.time(7), dt.time(3, 30))
moments = st.datetimes(
    dt.datetime(2026, 1, 1), dt.datetime(2027, 1, 1), timezones=st.just(HONG_KONG)
)
clock_times = st.times().map(lambda t: t.replace(second=0, microsecond=0))
plans = st.builds(
    Plan,
    st.sampled_from(["every", "at", "until"]),
    st.integers(1, 1500),
    clock_times,
    clock_times,
    st.lists(clock_times, min_size=1, max_size=3).map(tuple),
    st.booleans(),
)


def hk(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=HONG_KONG)


@pytest.mark.parametrize(
    ("after", "due"),
    [
        ("2026-11-20T06:00", "2026-11-20T07:00"),
        ("2026-11-20T07:00", "2026-11-20T07:30"),
        ("2026-11-20T19:10:05", "2026-11-20T19:30"),
        ("2026-11-21T02:50", "2026-11-21T03:00"),  # of Friday
        ("2026-11-21T03:00", "2026-11-24T07:00"),  # a weekend and a holiday
    ],
)
def test_every_half_hour_in_the_hours_of_trading_days(after: str, due: str) -> None:
    assert next_due(NIGHTLY, hk(after), OPEN) == hk(due)


def test_without_trading_days_every_day_counts() -> None:
    plan = Plan("every", 15, dt.time(7), dt.time(0), on_trading_days_only=False)
    assert next_due(plan, hk("2026-11-21T23:44"), OPEN) == hk("2026-11-21T23:45")
    assert next_due(plan, hk("2026-11-21T23:45"), OPEN) == hk("2026-11-22T07:00")


@pytest.mark.parametrize(
    ("after", "due"),
    [
        ("2026-11-20T12:00", "2026-11-20T19:10"),
        ("2026-11-20T19:10", "2026-11-20T22:30"),
        ("2026-11-20T22:30", "2026-11-21T02:00"),  # still Friday's night
        ("2026-11-21T02:00", "2026-11-24T19:10"),
    ],
)
def test_given_times_belong_to_trading_days(after: str, due: str) -> None:
    plan = Plan("at", times=(dt.time(22, 30), dt.time(19, 10), dt.time(2)))
    assert next_due(plan, hk(after), OPEN) == hk(due)


def test_until_it_has_come_and_then_not_before_the_next_day() -> None:
    plan = Plan("until", 5, dt.time(19), dt.time(22))
    friday, at = dt.date(2026, 11, 20), hk("2026-11-20T19:07")
    assert next_due(plan, at, OPEN) == hk("2026-11-20T19:10")
    assert next_due(plan, at, OPEN, friday) == hk("2026-11-24T19:00")
    assert next_due(plan, hk("2026-11-20T22:00"), OPEN) == hk("2026-11-24T19:00")


def test_the_day_of_a_window_that_runs_past_midnight_is_its_first() -> None:
    assert plan_day(NIGHTLY, hk("2026-11-21T02:00")) == dt.date(2026, 11, 20)
    assert plan_day(NIGHTLY, hk("2026-11-21T08:00")) == dt.date(2026, 11, 21)


def test_a_plan_without_times_is_never_due() -> None:
    assert next_due(Plan("at"), hk("2026-11-20T12:00"), OPEN) is None
    assert next_due(Plan("every", 0), hk("2026-11-20T12:00"), OPEN) is None


@given(plans, moments)
def test_the_next_look_is_always_later_and_never_skips_one(
    plan: Plan, after: dt.datetime
) -> None:
    due = next_due(plan, after, OPEN)
    assert due is not None
    assert due > after
    earlier = next_due(plan, after - dt.timedelta(minutes=1), OPEN)
    assert earlier is not None
    assert earlier <= due


@given(plans, moments)
def test_looks_of_a_plan_go_on_for_ever(plan: Plan, after: dt.datetime) -> None:
    first = next_due(plan, after, OPEN)
    assert first is not None
    assert next_due(plan, first, OPEN) is not None
