"""On which days a file is expected, by when, and what that makes of a day: pure."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from portal.exchange.hktime import HONG_KONG
from portal.tradingdays.calendar import Calendar

_ONE = dt.timedelta(1)


class Days(StrEnum):
    TRADING = "trading"
    EVERY = "every"
    FIRST = "first"  # trading day of the month
    LAST = "last"


class Standing(StrEnum):
    DUE = "due"
    ARRIVED = "arrived"
    LATE = "late"
    MISSING = "missing"
    EXCUSED = "excused"


@dataclass(frozen=True, slots=True)
class Deadline:
    """`warn_at` is the moment from which a file that has not come is told of."""

    due_at: dt.datetime
    warn_at: dt.datetime


def is_expected_on(days: Days, day: dt.date, calendar: Calendar) -> bool:
    """Whether a rule for `days` expects its files for this day."""
    if days is Days.EVERY:
        return True
    if not calendar.is_trading_day(day):
        return False
    if days is Days.FIRST:
        return calendar.previous_trading_day(day).month != day.month
    if days is Days.LAST:
        return calendar.next_trading_day(day).month != day.month
    return True


def deadline(
    day: dt.date, due: dt.time, warn_minutes: int, next_day: bool = False
) -> Deadline:
    """Hong Kong's clock; `next_day`: the time is in the night or morning after, as
    for services that run until 03:30 (Guide C §4.1)."""
    on = day + _ONE if next_day else day
    due_at = dt.datetime.combine(on, due, tzinfo=HONG_KONG)
    return Deadline(due_at, due_at - dt.timedelta(minutes=warn_minutes))


def standing(
    due_at: dt.datetime, complete_at: dt.datetime | None, now: dt.datetime
) -> Standing:
    """`complete_at`: when the last of the expected files was kept, None before."""
    if complete_at is not None:
        return Standing.ARRIVED if complete_at <= due_at else Standing.LATE
    return Standing.DUE if now < due_at else Standing.MISSING


def matches(pattern: str, name: str) -> bool:
    """`*` and `?` as in a shell; HKEX's names differ by case."""
    return fnmatchcase(name, pattern)
