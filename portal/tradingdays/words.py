"""What a day is, in words; and what a person may say of which days."""

import datetime as dt

from portal.tradingdays.calendar import Calendar, DayKind

_WORDS = {
    DayKind.TRADING: "Trading day",
    DayKind.HALF_DAY: "Half trading day",
    DayKind.HOLIDAY_TRADING: "Holiday trading",
    DayKind.CLOSES_EARLY: "Closed from",
    DayKind.OPENS_LATE: "Opens late, at",
    DayKind.CLOSED: "Closed all day",
    DayKind.HOLIDAY: "Public holiday",
    DayKind.SATURDAY: "Saturday",
    DayKind.SUNDAY: "Sunday",
}
_TYPHOON = {DayKind.CLOSED, DayKind.CLOSES_EARLY, DayKind.OPENS_LATE}
# By what the day is without an override. Nothing opens on a Sunday; on a Saturday,
# CCMS does.
_MAY_BE = {
    DayKind.TRADING: _TYPHOON | {DayKind.HALF_DAY, DayKind.HOLIDAY},
    DayKind.HALF_DAY: _TYPHOON | {DayKind.TRADING, DayKind.HOLIDAY},
    DayKind.HOLIDAY: {DayKind.HOLIDAY_TRADING},
    DayKind.SATURDAY: _TYPHOON | {DayKind.HOLIDAY},
    DayKind.SUNDAY: set[DayKind](),
}


def may_be(usual: DayKind, kind: DayKind) -> bool:
    return kind in _MAY_BE.get(usual, set())


def told(day: dt.date, calendar: Calendar) -> str:
    """For instance "Closed from 14:00"."""
    at = calendar.closed_from(day) or calendar.opens_late(day)
    word = _WORDS[calendar.kind(day)]
    return f"{word} {at:%H:%M}" if at else word


def usual(day: dt.date, calendar: Calendar) -> str:
    """What it is without the override."""
    return _WORDS[calendar.usual_kind(day)]


def in_full(day: dt.date) -> str:
    """Monday 23 November 2026"""
    return f"{day:%A} {day.day} {day:%B %Y}"
