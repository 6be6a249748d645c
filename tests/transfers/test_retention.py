"""The first day that is still too young to be purged, at every boundary."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transfers.retention import latest_before, start_of


@pytest.mark.parametrize(
    ("today", "latest"),
    [
        (dt.date(2026, 11, 21), dt.date(2019, 11, 21)),
        (dt.date(2027, 2, 28), dt.date(2020, 2, 28)),
        (dt.date(2027, 3, 1), dt.date(2020, 3, 1)),
        (dt.date(2028, 2, 29), dt.date(2021, 2, 28)),
        (dt.date(2028, 3, 1), dt.date(2021, 3, 1)),
    ],
)
def test_seven_years_by_the_calendar(today: dt.date, latest: dt.date) -> None:
    assert latest_before(today, 7) == latest


def test_a_leap_day_is_kept_until_the_first_of_march() -> None:
    kept = dt.date(2024, 2, 29)
    assert latest_before(dt.date(2031, 2, 28), 7) <= kept
    assert latest_before(dt.date(2031, 3, 1), 7) > kept


@given(st.dates(dt.date(2020, 1, 1), dt.date(2200, 1, 1)), st.integers(7, 20))
def test_nothing_younger_than_its_years_is_ever_in_it(
    today: dt.date, years: int
) -> None:
    youngest = latest_before(today, years) - dt.timedelta(1)  # the last that may go
    assert (youngest.year + years, youngest.month, youngest.day) <= (
        today.year,
        today.month,
        today.day,
    )


def test_a_day_begins_in_hong_kong() -> None:
    assert start_of(dt.date(2019, 11, 21)).isoformat() == "2019-11-21T00:00:00+08:00"
