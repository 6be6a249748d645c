"""Which attempt a result file answers."""

import datetime as dt
import uuid

from hypothesis import given
from hypothesis import strategies as st

from portal.exchange.hktime import HONG_KONG, hk_time
from transfers.visit.matching import AHEAD, BEHIND, Opening, answered, moment_after

DAY = dt.date(2024, 3, 1)
MOMENTS = st.datetimes(
    dt.datetime(2024, 1, 1), dt.datetime(2025, 1, 1), timezones=st.just(HONG_KONG)
)
SHORT = st.timedeltas(dt.timedelta(0), dt.timedelta(hours=20))
SECOND = dt.timedelta(seconds=1)


def at(hours: int, minutes: int, seconds: int = 0, day: int = 0) -> dt.datetime:
    time = dt.time(hours, minutes, seconds)
    return dt.datetime.combine(DAY, time, HONG_KONG) + dt.timedelta(days=day)


def opening(opened_at: dt.datetime, sha256: str = "") -> Opening:
    return Opening(uuid.uuid4(), opened_at, sha256)


def whose(
    made: dt.time, openings: list[Opening], now: dt.datetime, checksum: str = ""
) -> Opening | None:
    found = answered(made, checksum, openings, now)
    return found[0] if found else None


@given(opened_at=MOMENTS, later=SHORT)
def test_a_result_made_after_the_opening_is_its_own(
    opened_at: dt.datetime, later: dt.timedelta
) -> None:
    made = hk_time(opened_at + later).replace(microsecond=0)
    one = opening(opened_at)
    assert answered(made.time(), "", [one], made + SECOND) == (one, made)


@given(opened_at=MOMENTS, at=st.times())
def test_the_moment_is_within_a_day_of_the_opening(
    opened_at: dt.datetime, at: dt.time
) -> None:
    moment = moment_after(at.replace(microsecond=0), opened_at)
    earliest = (opened_at - BEHIND).replace(microsecond=0)
    assert earliest <= moment < earliest + dt.timedelta(days=1)


@given(opened=st.lists(MOMENTS, max_size=5), at=st.times(), now=MOMENTS, name=st.text())
def test_no_time_can_make_it_raise_or_point_into_the_future(
    opened: list[dt.datetime], at: dt.time, now: dt.datetime, name: str
) -> None:
    found = answered(at, name, [opening(one) for one in opened], now)
    assert found is None or found[1] <= now + AHEAD


def test_of_two_attempts_the_latest_opened_before_it_is_meant() -> None:
    first, second = opening(at(10, 0)), opening(at(11, 0))
    both = [first, second]
    assert whose(dt.time(10, 30), both, at(11, 30)) == first
    assert whose(dt.time(11, 0, 20), both, at(11, 30)) == second


def test_a_result_after_midnight_answers_what_was_opened_before() -> None:
    late = opening(at(23, 59, 58))
    found = answered(dt.time(0, 0, 3), "", [late], at(0, 1, 0, day=1))
    assert found == (late, at(0, 0, 3, day=1))


def test_a_clock_that_is_some_seconds_behind_does_no_harm() -> None:
    one = opening(at(10, 0, 4))
    assert whose(dt.time(10, 0, 0), [one], at(10, 1)) == one


def test_a_result_older_than_every_attempt_answers_none() -> None:
    assert whose(dt.time(9, 0), [opening(at(10, 0))], at(10, 1)) is None


def test_the_checksum_says_which_of_two_with_one_name() -> None:
    first, second = opening(at(10, 0, 0), "AA"), opening(at(10, 0, 2), "BB")
    both = [first, second]
    assert whose(dt.time(10, 0, 3), both, at(10, 1), "AA") == first
    assert whose(dt.time(10, 0, 3), both, at(10, 1), "BB") == second
    assert whose(dt.time(10, 0, 3), both, at(10, 1), "CC") == second
