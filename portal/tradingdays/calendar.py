"""Which days the exchange trades: pure, the holidays and overrides are passed in."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from portal.exchange.hktime import hk_time

# Services that run past midnight end at 03:30 and belong to the day before
# (Guide C §4.1).
DAY_BEGINS = dt.time(3, 30)
_ONE = dt.timedelta(1)
_SATURDAY, _SUNDAY = 5, 6


class DayKind(StrEnum):
    TRADING = "trading"
    HALF_DAY = "half_day"
    HOLIDAY_TRADING = "holiday_trading"  # derivatives only
    CLOSES_EARLY = "closes_early"  # from a time, such as a typhoon's
    OPENS_LATE = "opens_late"
    CLOSED = "closed"  # all day, such as a typhoon's
    HOLIDAY = "holiday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def has_time(self) -> bool:
        return self in (DayKind.CLOSES_EARLY, DayKind.OPENS_LATE)


NOT_TRADED = (DayKind.CLOSED, DayKind.HOLIDAY, DayKind.SATURDAY, DayKind.SUNDAY)


@dataclass(frozen=True)
class Override:
    """What a day is whatever its date says; `at` where the kind has a time."""

    kind: DayKind
    at: dt.time | None = None
    reason: str = ""


@dataclass(frozen=True)
class Calendar:
    """`names`: of holidays and half days, for people."""

    holidays: frozenset[dt.date] = frozenset()
    overrides: Mapping[dt.date, Override] = field(default_factory=dict)
    half_days: frozenset[dt.date] = frozenset()
    names: Mapping[dt.date, str] = field(default_factory=dict)

    def kind(self, day: dt.date) -> DayKind:
        override = self.overrides.get(day)
        return override.kind if override else self.usual_kind(day)

    def usual_kind(self, day: dt.date) -> DayKind:
        """Without the override; a holiday on a Saturday is a holiday."""
        if day.weekday() == _SUNDAY:
            return DayKind.SUNDAY
        if day in self.holidays:
            return DayKind.HOLIDAY
        if day.weekday() == _SATURDAY:
            return DayKind.SATURDAY
        return DayKind.HALF_DAY if day in self.half_days else DayKind.TRADING

    def is_trading_day(self, day: dt.date) -> bool:
        """Also one that closes early or opens late. Nobody trades at weekends."""
        return day.weekday() < _SATURDAY and self.kind(day) not in NOT_TRADED

    def is_public_holiday(self, day: dt.date) -> bool:
        """Also one on which derivatives trade; not Sundays by themselves."""
        return day in self.holidays or self.kind(day) is DayKind.HOLIDAY

    def closes_early(self, day: dt.date) -> bool:
        """Whether trading ends before its usual end: half days and typhoons."""
        early = (DayKind.HALF_DAY, DayKind.CLOSES_EARLY)
        return self.is_trading_day(day) and self.kind(day) in early

    def closed_from(self, day: dt.date) -> dt.time | None:
        """The time from which all is closed, where an override says one."""
        return self._time(day, DayKind.CLOSES_EARLY)

    def opens_late(self, day: dt.date) -> dt.time | None:
        """The time before which all is closed, where an override says one."""
        return self._time(day, DayKind.OPENS_LATE)

    def why(self, day: dt.date) -> str:
        """The override's reason, or the name of the holiday or half day; or ""."""
        override = self.overrides.get(day)
        return (override.reason if override else "") or self.names.get(day, "")

    def next_trading_day(self, day: dt.date) -> dt.date:
        """The first one after `day`."""
        return next(d for d in _walk(day, _ONE) if self.is_trading_day(d))

    def previous_trading_day(self, day: dt.date) -> dt.date:
        """The last one before `day`."""
        return next(d for d in _walk(day, -_ONE) if self.is_trading_day(d))

    def trading_day_of(self, moment: dt.datetime) -> dt.date:
        """The last trading day that has begun: until 03:30 it is the one before."""
        day = service_day(moment)
        return day if self.is_trading_day(day) else self.previous_trading_day(day)

    def trading_days(self, first: dt.date, last: dt.date) -> list[dt.date]:
        """Those from `first` to `last`, both included."""
        days = ((first + dt.timedelta(n)) for n in range((last - first).days + 1))
        return [day for day in days if self.is_trading_day(day)]

    def _time(self, day: dt.date, kind: DayKind) -> dt.time | None:
        override = self.overrides.get(day)
        return override.at if override and override.kind is kind else None


def service_day(moment: dt.datetime) -> dt.date:
    """The Hong Kong day to which a moment belongs: before 03:30 the day before."""
    here = hk_time(moment)
    return here.date() - _ONE if here.time() < DAY_BEGINS else here.date()


def _walk(day: dt.date, step: dt.timedelta) -> Iterator[dt.date]:
    while True:
        day += step
        yield day
