"""Hong Kong's days and times of day."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.exchange import hktime

LATE = datetime(2026, 2, 28, 16, 30, 5, tzinfo=UTC)


def test_the_day_begins_at_hong_kongs_midnight() -> None:
    assert hktime.hk_day(LATE) == date(2026, 3, 1)
    assert hktime.hk_day(LATE.replace(hour=15)) == date(2026, 2, 28)


def test_a_moment_is_written_in_the_ways_of_names_and_people() -> None:
    assert hktime.hk_hhmmss(LATE) == "003005"
    assert hktime.hk_yyyymmdd(LATE) == "20260301"
    assert hktime.hk_stamp(LATE) == "2026-03-01 00:30:05 HKT"


@pytest.mark.parametrize(
    "read",
    [
        hktime.hk_time,
        hktime.hk_day,
        hktime.hk_hhmmss,
        hktime.hk_yyyymmdd,
        hktime.hk_stamp,
    ],
)
def test_a_naive_datetime_is_refused(read: Callable[[datetime], object]) -> None:
    with pytest.raises(ValueError, match="naive"):
        read(LATE.replace(tzinfo=None))


@given(st.datetimes(timezones=st.timezones(), min_value=datetime(1980, 1, 2)))
def test_hong_kong_is_eight_hours_ahead_since_1980(moment: datetime) -> None:
    ahead = hktime.hk_time(moment).replace(tzinfo=None)
    behind = moment.astimezone(UTC).replace(tzinfo=None)
    assert (ahead - behind).total_seconds() == 8 * 3600
