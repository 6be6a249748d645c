"""The calendar as it is now: the holidays, under the site admin's overrides."""

import datetime as dt
from dataclasses import dataclass, replace

from portal.exchange.hktime import hk_day
from portal.tradingdays import effects, words
from portal.tradingdays.calendar import Calendar, DayKind, Override
from portal.tradingdays.effects import Effect
from portal.tradingdays.models import TradingDayOverride
from portal.tradingdays.public_holidays import of_year

# Whoever asks for the day after the last finds its overrides too.
MARGIN = dt.timedelta(31)


def calendar(first: dt.date, last: dt.date) -> Calendar:
    """Right from a month before `first` to a month after `last`; one query."""
    first, last = first - MARGIN, last + MARGIN
    rows = TradingDayOverride.objects.filter(day__range=(first, last))
    return build(first, last, {row.day: row.override for row in rows})


def calendar_at(now: dt.datetime) -> Calendar:
    """For what is asked of this moment: open or not, and when next."""
    return calendar(hk_day(now), hk_day(now))


def build(
    first: dt.date, last: dt.date, overrides: dict[dt.date, Override]
) -> Calendar:
    """The years from `first` to `last` of the package, under these overrides."""
    years = [of_year(year) for year in range(first.year, last.year + 1)]
    holidays = {d: n for year in years for d, n in year.holidays.items()}
    halves = {d: n for year in years for d, n in year.half_days.items()}
    suspended = {
        day: Override(DayKind.CLOSED, reason=name)
        for year in years
        for day, name in year.suspended.items()
    }
    return Calendar(
        frozenset(holidays), suspended | overrides, frozenset(halves), holidays | halves
    )


@dataclass(frozen=True)
class Line:
    """A day as the page shows it; `row` is the override that makes it so."""

    day: dt.date
    told: str
    usual: str
    why: str
    is_trading_day: bool
    effects: list[Effect]
    row: TradingDayOverride | None = None


def line(day: dt.date, known: Calendar, row: TradingDayOverride | None = None) -> Line:
    return Line(
        day,
        words.told(day, known),
        words.usual(day, known),
        known.why(day),
        known.is_trading_day(day),
        effects.of(day, known),
        row,
    )


def year(number: int) -> list[Line]:
    """Every day of it that is not what its weekday says; one query."""
    first, last = dt.date(number, 1, 1), dt.date(number, 12, 31)
    rows = TradingDayOverride.objects.filter(day__range=(first, last))
    said = {row.day: row for row in rows.select_related("set_by")}
    known = build(first, last, {day: row.override for day, row in said.items()})
    days = {*known.names, *known.overrides}
    return [line(day, known, said.get(day)) for day in sorted(days)]


@dataclass(frozen=True)
class Turn:
    """A day as it is and as it would be."""

    before: Line
    after: Line

    @property
    def hours(self) -> list[tuple[Effect, Effect]]:
        return list(zip(self.before.effects, self.after.effects, strict=True))


def turned(day: dt.date, override: Override | None) -> Turn:
    """Under `override`; None: without the one that it has. One query."""
    known = calendar(day, day)
    others = {d: o for d, o in known.overrides.items() if d != day}
    then = others | {day: override} if override else others
    return Turn(line(day, known), line(day, replace(known, overrides=then)))
