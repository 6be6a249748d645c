"""What HKEX counts: logins and uploads never come as often as it locks."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import limits
from tests.keys.builders import NOW

SECOND = dt.timedelta(seconds=1)
GAPS = st.lists(st.integers(0, 400), max_size=12)


def most_within(times: list[dt.datetime], window: dt.timedelta) -> int:
    return max((sum(at <= t < at + window for t in times) for at in times), default=0)


@pytest.mark.ledger("RRS-06/P")
@given(GAPS)
def test_never_five_logins_in_five_minutes_at_rrs(gaps: list[int]) -> None:
    made: list[dt.datetime] = []
    now = NOW
    for gap in gaps:
        now = limits.next_login("RRS", made, now + dt.timedelta(seconds=gap))
        made.append(now)
    assert most_within(made, limits.FIVE_MINUTES) <= 4


@pytest.mark.ledger("RRS-10/P")
@given(st.lists(st.integers(0, 4000), max_size=12))
def test_never_five_key_uploads_in_an_hour(gaps: list[int]) -> None:
    made: list[dt.datetime] = []
    now = NOW
    for gap in gaps:
        now = limits.next_upload("RRS", made, now + dt.timedelta(seconds=gap))
        made.append(now)
    assert most_within(made, limits.HOUR) <= 4


def test_the_120th_upload_of_a_day_is_not_made() -> None:
    made = [NOW - dt.timedelta(minutes=12 * n) for n in range(119)]
    assert limits.next_upload("RRS", made, NOW) > NOW


def test_elsewhere_logins_are_not_counted() -> None:
    assert limits.next_login("ECP", [NOW] * 9, NOW) == NOW


def test_what_a_clock_moved_back_left_in_the_future_does_not_count() -> None:
    ahead = [NOW + dt.timedelta(days=1)] * 9
    assert limits.next_login("RRS", ahead, NOW) == NOW
