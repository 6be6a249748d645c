"""How times, sizes and spans are told: pure functions, always Hong Kong time."""

import datetime as dt
from zoneinfo import ZoneInfo

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
MEGABYTE = 1_000_000


def hk_time(at: dt.datetime) -> str:
    """15:04:12"""
    return f"{_here(at):%H:%M:%S}"


def hk_date(at: dt.datetime | dt.date) -> str:
    """1 March 2024"""
    day = _day(at)
    return f"{day.day} {day:%B %Y}"


def hk_weekday(at: dt.datetime | dt.date) -> str:
    """Friday"""
    return f"{_day(at):%A}"


def hk_short_date(at: dt.datetime | dt.date) -> str:
    """Fri 1 Mar 2024"""
    day = _day(at)
    return f"{day:%a} {day.day} {day:%b %Y}"


def hk_when(at: dt.datetime, today: dt.date) -> str:
    """15:04:12 on the day itself, else 1 March 2024, 15:04"""
    if _day(at) == today:
        return hk_time(at)
    return f"{hk_date(at)}, {_here(at):%H:%M}"


def hk_iso(at: dt.datetime) -> str:
    """2024-03-01T15:04:12+08:00, for the datetime attribute."""
    return _here(at).isoformat(timespec="seconds")


def megabytes(size: int) -> str:
    """84.2 MB; what is under a tenth of a megabyte is told in bytes."""
    if size < MEGABYTE // 10:
        return "1 byte" if size == 1 else f"{size:,} bytes"
    return f"{size / MEGABYTE:,.1f} MB"


def progress(sent: int, size: int) -> str:
    """52.3 of 84.2 MB, 90 of 180 bytes: as static/progress.js goes on to say it."""
    if size < MEGABYTE // 10:
        return f"{sent:,} of {size:,} bytes"
    return f"{sent / MEGABYTE:,.1f} of {size / MEGABYTE:,.1f} MB"


def duration(span: dt.timedelta | float) -> str:
    """2 days 3 h, 1 h 25 min, 1 min 31 s, 29 s; nothing is below 0 s."""
    seconds = span.total_seconds() if isinstance(span, dt.timedelta) else span
    whole = max(0, int(seconds))
    days, hours = whole // 86400, whole % 86400 // 3600
    minutes, rest = whole % 3600 // 60, whole % 60
    if days:
        return _two(_days(days), f"{hours} h" if hours else "")
    if hours:
        return _two(f"{hours} h", f"{minutes} min" if minutes else "")
    if minutes:
        return _two(f"{minutes} min", f"{rest} s" if rest else "")
    return f"{rest} s"


def _two(first: str, second: str) -> str:
    return f"{first} {second}".rstrip()


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _day(at: dt.datetime | dt.date) -> dt.date:
    return _here(at).date() if isinstance(at, dt.datetime) else at


def _here(at: dt.datetime) -> dt.datetime:
    """The last hours of the year 9999 have no time here, and break no page."""
    try:
        return at.astimezone(HONG_KONG)
    except OverflowError:
        return at.replace(tzinfo=HONG_KONG)
