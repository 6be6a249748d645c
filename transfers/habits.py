"""What comes regularly, read from what has come: the rules that one could make of it.

Pure: arrivals and the last trading days in, habits out.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.exchange.hktime import HONG_KONG, hk_time

OF_THE_LAST = 20  # trading days
AT_LEAST = 15  # of them, before a habit is spoken of
_STEP = dt.timedelta(minutes=5)  # a deadline is a round time
# Dates, times and sequence numbers: what changes from day to day.
_CHANGING = re.compile(r"\d{4,}|(?<=[._-])\d{1,3}(?=[._-]|$)")
_STARS = re.compile(r"\*+(?:[._-]\*+)*")


@dataclass(frozen=True, slots=True)
class Arrival:
    platform: str
    name: str
    day: dt.date  # that it is of
    kept_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Habit:
    """`count` files of `pattern` had come by `by` (`next_day`: of the day after) on
    `days` of the last `of_days` trading days."""

    platform: str
    pattern: str
    count: int
    by: dt.time
    next_day: bool
    days: int
    of_days: int


def pattern_of(name: str) -> str:
    """`TP001_20261120.csv` → `TP001_*.csv`. What a shell pattern would read as its
    own sign stays a sign for any one character."""
    plain = re.sub(r"[*?\[\]]", "?", name)
    return _STARS.sub("*", _CHANGING.sub("*", plain))


def habits(arrivals: Iterable[Arrival], last_days: Sequence[dt.date]) -> list[Habit]:
    """Of the `last_days` (trading days that are over), the most regular first."""
    wanted = set(last_days)
    seen: dict[tuple[str, str], dict[dt.date, list[dt.datetime]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for one in arrivals:
        if one.day in wanted:
            seen[one.platform, pattern_of(one.name)][one.day].append(one.kept_at)
    found = [_habit(*kind, days, len(wanted)) for kind, days in seen.items()]
    regular = [habit for habit in found if habit is not None]
    return sorted(regular, key=lambda h: (-h.days, h.platform, h.pattern))


def _habit(
    platform: str,
    pattern: str,
    days: dict[dt.date, list[dt.datetime]],
    of_days: int,
) -> Habit | None:
    """The number of files is that which came on every day; each day counts until
    the last of so many."""
    if len(days) < AT_LEAST or pattern.strip("*.") == "":
        return None
    count = min(len(times) for times in days.values())
    complete = {day: sorted(times)[count - 1] for day, times in days.items()}
    latest = max(_into_day(day, at) for day, at in complete.items())
    round_up = -(-latest // _STEP) * _STEP
    if round_up >= dt.timedelta(days=2):
        return None  # no deadline of the day, nor of the morning after
    by = (dt.datetime.min + round_up).time()
    next_day = round_up >= dt.timedelta(days=1)
    return Habit(platform, pattern, count, by, next_day, len(days), of_days)


def _into_day(day: dt.date, at: dt.datetime) -> dt.timedelta:
    midnight = dt.datetime.combine(day, dt.time(), tzinfo=HONG_KONG)
    return max(hk_time(at) - midnight, dt.timedelta())
