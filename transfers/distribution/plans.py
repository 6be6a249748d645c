"""When the folders are looked at next: pure arithmetic of the trading days."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from portal.exchange.hktime import HONG_KONG, hk_day
from portal.tradingdays.calendar import Calendar, service_day

Kind = Literal["every", "at", "until"]
FURTHEST = 400  # days
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Plan:
    """In Hong Kong time. `closes` at or before `opens` is on the next day; its own
    moment is no look any more. What runs past midnight belongs to its first day."""

    kind: Kind
    every_minutes: int = 0
    opens: dt.time = dt.time(0)
    closes: dt.time = dt.time(0)
    times: tuple[dt.time, ...] = ()
    on_trading_days_only: bool = True

    def window(self, day: dt.date) -> tuple[dt.datetime, dt.datetime]:
        last = day if self.opens < self.closes else day + _DAY
        return _moment(day, self.opens), _moment(last, self.closes)


def next_due(
    plan: Plan,
    after: dt.datetime,
    calendar: Calendar,
    came_on: dt.date | None = None,
) -> dt.datetime | None:
    """The first look after a moment; None when the plan has none. `came_on`: for
    "until it has come", the last day whose file is here."""
    if plan.kind == "at":
        return _at(plan, after, calendar)
    if plan.every_minutes <= 0:
        return None
    for day in _days(hk_day(after) - _DAY):
        if not _counts(plan, day, calendar):
            continue
        if plan.kind == "until" and came_on is not None and day <= came_on:
            continue
        found = _in_window(plan, day, after)
        if found is not None:
            return found
    return None


def plan_day(plan: Plan, moment: dt.datetime) -> dt.date:
    """The day whose window a moment lies in, for "until it has come"."""
    day = hk_day(moment)
    opens, closes = plan.window(day - _DAY)
    return day - _DAY if opens <= moment < closes else day


def _at(plan: Plan, after: dt.datetime, calendar: Calendar) -> dt.datetime | None:
    """A time before 03:30 is of the trading day before."""
    for day in _days(hk_day(after)):
        for time in sorted(plan.times):
            moment = _moment(day, time)
            if moment > after and _counts(plan, service_day(moment), calendar):
                return moment
    return None


def _in_window(plan: Plan, day: dt.date, after: dt.datetime) -> dt.datetime | None:
    opens, closes = plan.window(day)
    if after < opens:
        return opens
    step = dt.timedelta(minutes=plan.every_minutes)
    moment = opens + step * ((after - opens) // step + 1)
    return moment if moment < closes else None


def _counts(plan: Plan, day: dt.date, calendar: Calendar) -> bool:
    return not plan.on_trading_days_only or calendar.is_trading_day(day)


def _days(first: dt.date) -> Iterator[dt.date]:
    return (first + dt.timedelta(days=n) for n in range(FURTHEST))


def _moment(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, tzinfo=HONG_KONG)
