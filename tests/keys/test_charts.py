"""Where the drawing of an account's keys puts what."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from keys.charts import Chart, Life, chart

D = dt.date
OLD = Life("Current key", D(2022, 6, 14), D(2024, 3, 15))
NEW = Life("Renewed key", D(2024, 3, 1), D(2026, 3, 1))


def drawn(lives: list[Life], today: dt.date) -> Chart:
    made = chart(lives, today)
    assert made is not None
    return made


def test_without_a_key_nothing_is_drawn() -> None:
    assert chart([], D(2024, 3, 1)) is None


def test_the_phases_of_the_guides_example_follow_each_other() -> None:
    told = [
        (phase.first_day, phase.last_day, phase.words)
        for phase in drawn([OLD, NEW], D(2024, 3, 1)).phases
    ]
    assert told == [
        (D(2022, 6, 14), D(2024, 2, 29), "Only the old key"),
        (D(2024, 3, 1), D(2024, 3, 14), "Both keys log in"),
        (D(2024, 3, 15), D(2026, 2, 28), "Only the renewed key logs in"),
        (D(2026, 3, 1), None, "No key logs in"),
    ]


def test_an_end_is_told_as_the_last_day_and_the_first_dead_one() -> None:
    (end,) = drawn([OLD], D(2024, 3, 1)).ends
    assert (end.last_day, end.first_dead_day) == (D(2024, 3, 14), D(2024, 3, 15))


def test_two_keys_of_one_day_have_no_time_alone() -> None:
    twin = Life("Current key", NEW.starts_on, OLD.expires_on)
    assert drawn([twin, NEW], D(2024, 3, 2)).phases[0].words == "Both keys log in"


@given(st.integers(0, 5000))
def test_today_is_always_inside_the_drawing(days: int) -> None:
    today = D(2020, 1, 1) + dt.timedelta(days)
    for lives in ([OLD], [OLD, NEW]):
        assert 0 <= float(drawn(lives, today).today_x.rstrip("%")) <= 79
