"""The places on the drawing of what expires."""

import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.horizon import horizon

TODAY = dt.date(2024, 3, 1)


@dataclass(frozen=True)
class Key:
    expires_on: dt.date
    starts_on: dt.date = dt.date(2023, 3, 1)
    name: str = "Current key"
    owner: str = "DCXYZ002"
    zone: str = "warn"
    word: str = "Renew: 14 days"


def pc(text: str) -> float:
    return float(text.removesuffix("%"))


def test_a_key_that_ends_in_half_a_year_reaches_the_middle() -> None:
    (line,) = horizon([Key(dt.date(2024, 8, 31))], TODAY).lines
    assert line.x == "0.00%"
    assert pc(line.width) == pytest.approx(50.1, abs=0.5)
    assert line.end_x == line.width
    assert line.last_day == dt.date(2024, 8, 30)
    assert line.name == "DCXYZ002, Current key"


def test_two_keys_of_an_account_overlap() -> None:
    first = Key(dt.date(2024, 3, 15), name="Current key")
    second = Key(dt.date(2026, 3, 1), starts_on=dt.date(2024, 3, 8), name="Renewed key")
    one, two = horizon([first, second], TODAY).lines
    assert pc(two.x) < pc(one.end_x)


def test_what_ends_beyond_the_drawing_has_no_end_on_it() -> None:
    (line,) = horizon([Key(dt.date(2026, 3, 1))], TODAY).lines
    assert (line.width, line.end_x) == ("100.00%", "")
    assert not line.has_words


def test_what_has_ended_is_not_drawn() -> None:
    assert horizon([Key(TODAY)], TODAY).lines == ()


def test_the_axis_has_today_and_the_quarters() -> None:
    marks = horizon([], TODAY).marks
    assert [mark.day for mark in marks] == [
        TODAY,
        dt.date(2024, 6, 1),
        dt.date(2024, 9, 1),
        dt.date(2024, 12, 1),
        dt.date(2025, 3, 1),
    ]


def test_the_shaded_part_is_the_14_days_of_hkexs_own_warnings() -> None:
    assert horizon([], TODAY).zone_width == "3.84%"


@given(
    today=st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1)),
    starts=st.integers(-4000, 800),
    lasts=st.integers(1, 4000),
)
def test_nothing_is_drawn_outside(today: dt.date, starts: int, lasts: int) -> None:
    begins = today + dt.timedelta(starts)
    for line in horizon([Key(begins + dt.timedelta(lasts), begins)], today).lines:
        assert 0 <= pc(line.x) <= pc(line.x) + pc(line.width) <= 100.02
