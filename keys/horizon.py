"""Where a credential's bar, end and words go on the drawing of what expires."""

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

DAY = dt.timedelta(1)
MONTHS = 12
HKEX_WARNS = 14  # days; the exchange's own warning files begin then
ROW, TOP, BOTTOM = 30, 22, 6  # pixels: between rows, above the first, below the last
WORDS_FIT = 85.0  # percent: beyond it there is no room for words after the end
MOST_MARKS = 5


class Ending(Protocol):
    """What is drawn of a credential."""

    @property
    def name(self) -> str: ...
    @property
    def owner(self) -> str: ...
    @property
    def starts_on(self) -> dt.date: ...
    @property
    def expires_on(self) -> dt.date: ...
    @property
    def zone(self) -> str: ...
    @property
    def word(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Mark:
    """The first of a month, on the axis."""

    x: str
    day: dt.date
    anchor: str


@dataclass(frozen=True, slots=True)
class Line:
    """One bar. `end_x` is empty when its end lies beyond the drawing."""

    name: str
    status: str  # data-s
    word: str
    last_day: dt.date
    x: str
    width: str
    end_x: str
    has_words: bool
    y: int

    @property
    def text_y(self) -> float:
        return self.y + 4.5

    @property
    def bar_y(self) -> int:
        return self.y - 3

    @property
    def end_top(self) -> int:
        return self.y - 8

    @property
    def end_bottom(self) -> int:
        return self.y + 8


@dataclass(frozen=True, slots=True)
class Horizon:
    today: dt.date
    until: dt.date
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    zone_width: str

    @property
    def height(self) -> int:
        return TOP + ROW * len(self.lines) + BOTTOM

    @property
    def zone_height(self) -> int:
        return self.axis_bottom - TOP

    @property
    def axis_bottom(self) -> int:
        return self.height - BOTTOM


def horizon(found: Iterable[Ending], today: dt.date, months: int = MONTHS) -> Horizon:
    """One row a credential, in the order given; what has ended before today is
    not drawn: it has no place on what is to come."""
    until = _months_later(today, months)
    coming = [one for one in found if one.expires_on > today]
    return Horizon(
        today,
        until,
        tuple(_line(one, n, today, until) for n, one in enumerate(coming)),
        tuple(_marks(today, until, months)),
        _percent(_share(today + HKEX_WARNS * DAY, today, until)),
    )


def _line(one: Ending, number: int, today: dt.date, until: dt.date) -> Line:
    low = _share(max(one.starts_on, today), today, until)
    high = _share(one.expires_on, today, until)
    is_beyond = one.expires_on > until
    return Line(
        name=f"{one.owner}, {one.name}" if one.owner else one.name,
        status="idle" if one.zone == "off" else one.zone,
        word=one.word,
        last_day=one.expires_on - DAY,
        x=_percent(low),
        width=_percent(high - low),
        end_x="" if is_beyond else _percent(high),
        has_words=high <= WORDS_FIT,
        y=TOP + ROW * number + ROW // 2 + 2,
    )


def _marks(today: dt.date, until: dt.date, months: int) -> Iterable[Mark]:
    """Today's own stands first; the others are firsts of months, and never so near
    to it or to each other that their words meet."""
    yield Mark(_percent(0), today, "start")
    step = -(-months // (MOST_MARKS - 1))
    first = _months_later(today.replace(day=1), step)
    for number in range(MOST_MARKS):
        day = _months_later(first, number * step)
        if day <= until and _share(day, today, until) > 100 / (2 * MOST_MARKS):
            yield Mark(_percent(_share(day, today, until)), day, "middle")


def _months_later(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def _share(day: dt.date, today: dt.date, until: dt.date) -> float:
    """Percent of the way, within the drawing."""
    return min(100.0, max(0.0, 100 * (day - today).days / (until - today).days))


def _percent(value: float) -> str:
    return f"{value:.2f}%"
