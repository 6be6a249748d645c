"""Which days trade, for any holidays and overrides."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.exchange.hktime import HONG_KONG
from portal.tradingdays.calendar import Calendar, DayKind, Override

FRIDAY, SATURDAY, SUNDAY, MONDAY = (dt.date(2026, 11, d) for d in (20, 21, 22, 23))
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))
OVERRIDES = st.dictionaries(DAYS, st.sampled_from(DayKind).map(Override), max_size=40)
CALENDARS = st.builds(Calendar, st.frozensets(DAYS, max_size=40), OVERRIDES)


def at(day: dt.date, time: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(time), HONG_KONG)


def overridden(day: dt.date, kind: DayKind, time: str = "") -> Calendar:
    moment = dt.time.fromisoformat(time) if time else None
    return Calendar(overrides={day: Override(kind, moment, "Typhoon signal 8")})


def test_weekdays_trade_and_weekends_do_not() -> None:
    plain = Calendar()
    days = (FRIDAY, SATURDAY, SUNDAY, MONDAY)
    assert [plain.is_trading_day(d) for d in days] == [True, False, False, True]
    assert plain.trading_days(FRIDAY, MONDAY) == [FRIDAY, MONDAY]


def test_a_holiday_does_not_trade_and_is_named() -> None:
    calendar = Calendar(frozenset({MONDAY}), names={MONDAY: "Some Day"})
    assert calendar.kind(MONDAY) is DayKind.HOLIDAY
    assert not calendar.is_trading_day(MONDAY)
    assert calendar.why(MONDAY) == "Some Day"


def test_a_saturday_may_be_a_public_holiday() -> None:
    calendar = Calendar(frozenset({SATURDAY}))
    assert calendar.is_public_holiday(SATURDAY)
    assert not Calendar().is_public_holiday(SATURDAY)


def test_holiday_trading_makes_a_holiday_a_trading_day() -> None:
    override = {MONDAY: Override(DayKind.HOLIDAY_TRADING)}
    calendar = Calendar(frozenset({MONDAY}), override)
    assert calendar.is_trading_day(MONDAY)
    assert calendar.is_public_holiday(MONDAY)


def test_a_day_closed_for_a_typhoon_does_not_trade() -> None:
    calendar = overridden(MONDAY, DayKind.CLOSED)
    assert not calendar.is_trading_day(MONDAY)
    assert not calendar.is_public_holiday(MONDAY)
    assert calendar.why(MONDAY) == "Typhoon signal 8"


def test_a_day_that_a_typhoon_shortens_still_trades() -> None:
    early = overridden(MONDAY, DayKind.CLOSES_EARLY, "14:00")
    late = overridden(MONDAY, DayKind.OPENS_LATE, "13:00")
    assert early.is_trading_day(MONDAY)
    assert late.is_trading_day(MONDAY)
    assert early.closed_from(MONDAY) == dt.time(14)
    assert late.opens_late(MONDAY) == dt.time(13)
    assert late.closed_from(MONDAY) is None


def test_half_days_and_typhoons_close_early() -> None:
    assert Calendar(half_days=frozenset({MONDAY})).closes_early(MONDAY)
    assert overridden(MONDAY, DayKind.CLOSES_EARLY, "14:00").closes_early(MONDAY)
    assert not Calendar().closes_early(MONDAY)
    assert not overridden(SATURDAY, DayKind.CLOSES_EARLY, "10:00").closes_early(
        SATURDAY
    )


def test_an_override_wins_over_a_half_day() -> None:
    override = {MONDAY: Override(DayKind.TRADING)}
    calendar = Calendar(overrides=override, half_days=frozenset({MONDAY}))
    assert not calendar.closes_early(MONDAY)


def test_a_weekend_never_trades_whatever_is_said() -> None:
    assert not overridden(SUNDAY, DayKind.TRADING).is_trading_day(SUNDAY)


@pytest.mark.parametrize(
    ("day", "time", "belongs_to"),
    [
        (FRIDAY, "12:00", FRIDAY),
        (SATURDAY, "03:29:59", FRIDAY),
        (SATURDAY, "03:30", FRIDAY),  # the last trading day that has begun
        (MONDAY, "03:29:59", FRIDAY),
        (MONDAY, "03:30", MONDAY),
    ],
)
def test_the_night_until_half_past_three_belongs_to_the_day_before(
    day: dt.date, time: str, belongs_to: dt.date
) -> None:
    assert Calendar().trading_day_of(at(day, time)) == belongs_to


@given(CALENDARS, DAYS)
def test_the_next_trading_day_is_the_first_one_after(
    calendar: Calendar, day: dt.date
) -> None:
    following = calendar.next_trading_day(day)
    assert following > day
    assert calendar.trading_days(day + dt.timedelta(1), following) == [following]


@given(CALENDARS, DAYS)
def test_between_a_day_and_its_previous_trading_day_nobody_trades(
    calendar: Calendar, day: dt.date
) -> None:
    before = calendar.previous_trading_day(day)
    assert before < day
    assert calendar.trading_days(before, day - dt.timedelta(1)) == [before]


@given(CALENDARS, st.datetimes(dt.datetime(2021, 1, 1), dt.datetime(2030, 1, 1)))
def test_every_moment_has_a_trading_day_that_has_begun(
    calendar: Calendar, moment: dt.datetime
) -> None:
    aware = moment.replace(tzinfo=HONG_KONG)
    day = calendar.trading_day_of(aware)
    assert calendar.is_trading_day(day)
    assert at(day, "03:30") <= aware
