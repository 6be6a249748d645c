"""Hong Kong days and times of day; every function takes an aware datetime."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

HONG_KONG = ZoneInfo("Asia/Hong_Kong")


def hk_time(now: datetime) -> datetime:
    """The same moment on Hong Kong's clock. Raises ValueError for a naive datetime."""
    if now.utcoffset() is None:
        raise ValueError("a naive datetime has no place on Hong Kong's clock")
    try:
        return now.astimezone(HONG_KONG)
    except OverflowError:  # the last hours of the year 9999, or the first of year 1
        return now.replace(tzinfo=HONG_KONG)


def hk_day(now: datetime) -> date:
    """The Hong Kong calendar day of a moment."""
    return hk_time(now).date()


def hk_hhmmss(now: datetime) -> str:
    """Six digits, as in the names of result files (Guide A §4.6.1)."""
    return f"{hk_time(now):%H%M%S}"


def hk_yyyymmdd(now: datetime) -> str:
    """Eight digits, as in the names of submissions (Guide A §2)."""
    return f"{hk_time(now):%Y%m%d}"


def hk_stamp(now: datetime) -> str:
    """For people and logs: `2026-03-01 17:45:09 HKT`."""
    return f"{hk_time(now):%Y-%m-%d %H:%M:%S} HKT"
