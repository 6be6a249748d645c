"""Times, sizes and spans are told as the design says."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.pages import words

AT = dt.datetime(2024, 3, 1, 7, 4, 12, tzinfo=dt.UTC)


def test_times_are_hong_kong_s() -> None:
    assert words.hk_time(AT) == "15:04:12"
    assert words.hk_iso(AT) == "2024-03-01T15:04:12+08:00"


def test_an_evening_in_utc_is_the_next_day_in_hong_kong() -> None:
    late = dt.datetime(2024, 2, 29, 16, 30, tzinfo=dt.UTC)
    assert words.hk_date(late) == "1 March 2024"
    assert words.hk_short_date(late) == "Fri 1 Mar 2024"
    assert words.hk_weekday(late) == "Friday"


def test_a_day_is_told_as_it_is() -> None:
    assert words.hk_date(dt.date(2024, 3, 14)) == "14 March 2024"


def test_today_is_told_by_its_time_and_other_days_by_date() -> None:
    assert words.hk_when(AT, dt.date(2024, 3, 1)) == "15:04:12"
    assert words.hk_when(AT, dt.date(2024, 3, 2)) == "1 March 2024, 15:04"


@pytest.mark.parametrize(
    ("size", "told"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (99_999, "99,999 bytes"),
        (100_000, "0.1 MB"),
        (84_200_000, "84.2 MB"),
        (700_000_000, "700.0 MB"),
        (1_234_500_000, "1,234.5 MB"),
    ],
)
def test_a_megabyte_is_a_million_bytes(size: int, told: str) -> None:
    assert words.megabytes(size) == told


@pytest.mark.parametrize(
    ("sent", "size", "told"),
    [
        (90, 180, "90 of 180 bytes"),
        (0, 99_999, "0 of 99,999 bytes"),
        (52_300_000, 84_200_000, "52.3 of 84.2 MB"),
    ],
)
def test_progress_names_its_unit_once(sent: int, size: int, told: str) -> None:
    assert words.progress(sent, size) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-5, "0 s"),
        (29.9, "29 s"),
        (91, "1 min 31 s"),
        (120, "2 min"),
        (5100, "1 h 25 min"),
        (7200, "2 h"),
        (86_400, "1 day"),
        (183_600, "2 days 3 h"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(seconds: float, told: str) -> None:
    assert words.duration(seconds) == told
    assert words.duration(dt.timedelta(seconds=seconds)) == told


@given(st.datetimes(timezones=st.just(dt.UTC)).filter(lambda at: 1 < at.year < 9999))
def test_every_moment_has_its_words(at: dt.datetime) -> None:
    assert len(words.hk_time(at)) == len("15:04:12")
