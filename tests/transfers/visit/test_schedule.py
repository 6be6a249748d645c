"""When to look again, and when to try again."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transfers.visit.schedule import (
    RETRY_FIRST,
    RETRY_LAST,
    Looking,
    next_look,
    retry_after,
    retry_file_after,
    retry_round_after,
)

HOUSE = Looking(first=10, every=10, quick_for=180, then_every=60)


@pytest.mark.parametrize(
    ("waited", "until"), [(0, 10), (4, 6), (10, 10), (179, 10), (180, 60), (5000, 60)]
)
def test_after_ten_seconds_every_ten_for_three_minutes_then_every_minute(
    waited: int, until: int
) -> None:
    left = next_look(dt.timedelta(seconds=waited), HOUSE)
    assert left == dt.timedelta(seconds=until)


@given(st.integers(0, 10_000))
def test_a_try_again_waits_longer_each_time_but_never_long(failures: int) -> None:
    assert RETRY_FIRST <= retry_after(failures) <= RETRY_LAST
    assert retry_after(failures) <= retry_after(failures + 1)


@pytest.mark.parametrize(
    ("failures", "left", "wait"), [(9, 600, 15), (9, 20, 10), (9, 1, 1), (1, 20, 1)]
)
def test_before_the_end_of_a_day_a_round_is_tried_again_sooner_and_sooner(
    failures: int, left: int, wait: int
) -> None:
    found = retry_round_after(failures, dt.timedelta(minutes=left))
    assert found == dt.timedelta(minutes=wait)


@pytest.mark.parametrize(("left", "wait"), [(600, 30), (40, 20), (-5, 1)])
def test_before_hkex_removes_a_file_it_is_tried_again_sooner(
    left: int, wait: int
) -> None:
    found = retry_file_after(9, dt.timedelta(minutes=left))
    assert found == dt.timedelta(minutes=wait)
