"""Rules that could be made of what came regularly."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from portal.exchange.hktime import HONG_KONG
from portal.tradingdays.calendar import Calendar
from transfers.expectations import matches
from transfers.habits import Arrival, Habit, habits, pattern_of

DAYS = Calendar().trading_days(dt.date(2026, 10, 26), dt.date(2026, 11, 20))


def came(name: str, day: dt.date, hour: int, minute: int, later: int = 0) -> Arrival:
    on = day + dt.timedelta(later)
    kept_at = dt.datetime.combine(on, dt.time(hour, minute), tzinfo=HONG_KONG)
    return Arrival("RAP", name.format(day=f"{day:%Y%m%d}"), day, kept_at)


def test_twenty_trading_days_are_looked_at() -> None:
    assert len(DAYS) == 20


def test_what_came_every_day_is_proposed_by_its_latest_time() -> None:
    late = DAYS[3]
    seen = [came("RPI03_{day}.csv", day, 19, 4 if day == late else 1) for day in DAYS]
    (habit,) = habits(seen, DAYS)
    assert habit == Habit("RAP", "RPI03_*.csv", 1, dt.time(19, 5), False, 20, 20)


def test_what_came_on_every_other_day_is_not() -> None:
    assert habits([came("TP9_{day}", day, 19, 0) for day in DAYS[::2]], DAYS) == []


def test_what_comes_after_midnight_is_expected_by_a_time_of_the_day_after() -> None:
    seen = [came("TP001_{day}.csv", day, 2, 10, later=1) for day in DAYS]
    (habit,) = habits(seen, DAYS)
    assert (habit.by, habit.next_day) == (dt.time(2, 10), True)


def test_several_files_a_day_are_counted_by_the_poorest_day() -> None:
    seen = [came("RPI_{day}_0900.csv", day, 9, 1) for day in DAYS]
    seen += [came("RPI_{day}_1200.csv", day, 12, 1) for day in DAYS]
    seen += [came("RPI_{day}_1500.csv", day, 15, 1) for day in DAYS[1:]]
    (habit,) = habits(seen, DAYS)
    assert (habit.count, habit.by) == (2, dt.time(12, 5))


def test_days_outside_the_last_ones_do_not_count() -> None:
    seen = [came("TP001_{day}", day, 19, 0) for day in DAYS]
    assert habits(seen, DAYS[:5]) == []


def test_a_name_that_is_nothing_but_numbers_makes_no_rule() -> None:
    assert habits([came("{day}", day, 19, 0) for day in DAYS], DAYS) == []


def test_dates_and_times_change_and_report_numbers_stay() -> None:
    assert pattern_of("TP001_20261120_193000.csv") == "TP001_*.csv"
    assert pattern_of("DCASS_TP001_20261120.02.csv") == "DCASS_TP001_*.csv"


@given(st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1))
def test_a_pattern_always_fits_the_name_it_was_made_of(name: str) -> None:
    assert matches(pattern_of(name), name)
