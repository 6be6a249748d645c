"""Where the bars, lines and words of an account's two keys go on their drawing."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

DAY = dt.timedelta(1)
# Not to scale, as fourteen days beside two years would be a hair: percentages.
SECOND_STARTS, FIRST_ENDS, LAST_ENDS = 15.0, 44.0, 79.0


@dataclass(frozen=True, slots=True)
class Life:
    """A key's name in the drawing ("Current key") and the days on which it works."""

    name: str
    starts_on: dt.date
    expires_on: dt.date  # the first day on which it is dead

    @property
    def last_day(self) -> dt.date:
        return self.expires_on - DAY


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    css: str
    x: str
    width: str
    y: int

    @property
    def text_y(self) -> int:
        return self.y + 20


@dataclass(frozen=True, slots=True)
class End:
    """A line where a key ends: the last day before it, the first day after it."""

    x: str
    last_day: dt.date
    first_dead_day: dt.date


@dataclass(frozen=True, slots=True)
class Phase:
    """A span in which the same keys log in; `last_day` None: without end."""

    status: str  # data-s
    x: str  # of its words' middle
    first_day: dt.date
    last_day: dt.date | None
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    bars: tuple[Bar, ...]
    ends: tuple[End, ...]
    phases: tuple[Phase, ...]
    today: dt.date
    today_x: str
    today_anchor: str
    both_x: str = ""
    both_width: str = ""

    @property
    def has_both(self) -> bool:
        return bool(self.both_width)


def chart(lives: Sequence[Life], today: dt.date) -> Chart | None:
    """Of the one or two keys that work today, the Current one first."""
    if not lives:
        return None
    if len(lives) == 1:
        return _of_one(lives[0], today)
    return _of_two(lives[0], lives[1], today)


def _of_one(only: Life, today: dt.date) -> Chart:
    at = _between(today, (only.starts_on, 0.0), (only.expires_on, LAST_ENDS))
    return Chart(
        bars=(Bar(only.name, "bar-b", _pc(0), _pc(LAST_ENDS), 60),),
        ends=(End(_pc(LAST_ENDS), only.last_day, only.expires_on),),
        phases=(
            Phase(
                *("ok", _middle(0, LAST_ENDS), only.starts_on, only.last_day),
                f"Only the {_small(only.name)} logs in",
            ),
            _nothing(only.expires_on),
        ),
        today=today,
        today_x=_pc(at),
        today_anchor=_anchor(at),
    )


def _of_two(first: Life, second: Life, today: dt.date) -> Chart:
    marks = [
        (first.starts_on, 0.0),
        (second.starts_on, SECOND_STARTS),
        (first.expires_on, FIRST_ENDS),
    ]
    at = _between(today, marks[1], marks[2])
    return Chart(
        bars=(
            Bar(first.name, "bar-a", _pc(0), _pc(FIRST_ENDS), 60),
            Bar(
                *(second.name, "bar-b", _pc(SECOND_STARTS)),
                *(_pc(LAST_ENDS - SECOND_STARTS), 104),
            ),
        ),
        ends=(
            End(_pc(FIRST_ENDS), first.last_day, first.expires_on),
            End(_pc(LAST_ENDS), second.last_day, second.expires_on),
        ),
        phases=_phases(first, second),
        today=today,
        today_x=_pc(at),
        today_anchor=_anchor(at),
        both_x=_pc(SECOND_STARTS),
        both_width=_pc(FIRST_ENDS - SECOND_STARTS),
    )


def _phases(first: Life, second: Life) -> tuple[Phase, ...]:
    both = Phase(
        *("ok", _middle(SECOND_STARTS, FIRST_ENDS), second.starts_on, first.last_day),
        "Both keys log in",
    )
    after = Phase(
        *("ok", _middle(FIRST_ENDS, LAST_ENDS), first.expires_on, second.last_day),
        f"Only the {_small(second.name)} logs in",
    )
    found = (both, after, _nothing(second.expires_on))
    if second.starts_on <= first.starts_on:  # both were taken on one day
        return found
    alone = Phase(
        *("idle", _middle(0, SECOND_STARTS), first.starts_on, second.starts_on - DAY),
        "Only the old key",
    )
    return (alone, *found)


def _nothing(since: dt.date) -> Phase:
    return Phase("bad", _middle(LAST_ENDS, 100), since, None, "No key logs in")


def _between(
    day: dt.date, low: tuple[dt.date, float], high: tuple[dt.date, float]
) -> float:
    """The place of a day between two others, and no further out than they are."""
    span = (high[0] - low[0]).days
    share = (day - low[0]).days / span if span > 0 else 1.0
    return low[1] + (high[1] - low[1]) * min(1.0, max(0.0, share))


def _anchor(at: float) -> str:
    return "start" if at < FIRST_ENDS else "end"


def _middle(low: float, high: float) -> str:
    return _pc((low + high) / 2)


def _pc(value: float) -> str:
    return f"{value:g}%"


def _small(name: str) -> str:
    return name[0].lower() + name[1:] if not name[:2].isupper() else name
