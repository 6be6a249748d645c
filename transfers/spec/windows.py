"""When HKEX takes a File ID: a window of each Hong Kong day, end not included."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from portal.exchange.hktime import HONG_KONG, hk_time

DEFAULT = "07:00-16:30"  # what vendors use for the mapping file (spec-notes)
WHOLE_DAY = "00:00-24:00"
_END_OF_DAY = 24 * 60


@dataclass(frozen=True)
class Window:
    """Minutes after midnight in Hong Kong; `closes` may be 24:00."""

    opens: int
    closes: int

    def opens_at(self, day: dt.date) -> dt.datetime:
        return _at(day, self.opens)

    def closes_at(self, day: dt.date) -> dt.datetime:
        return _at(day, self.closes)

    def is_open(self, now: dt.datetime) -> bool:
        local = hk_time(now)
        return self.opens_at(local.date()) <= now < self.closes_at(local.date())

    def time_left(self, now: dt.datetime) -> dt.timedelta | None:
        """Until it closes; None while it is closed."""
        if not self.is_open(now):
            return None
        return self.closes_at(hk_time(now).date()) - now

    @property
    def opens_words(self) -> str:
        return _words(self.opens)

    @property
    def closes_words(self) -> str:
        return _words(self.closes)

    def __str__(self) -> str:
        return f"{self.opens_words} to {self.closes_words}"


def parse(text: str) -> Window:
    """From `07:00-16:30`; raises ValueError that shows what was written."""
    try:
        opens, closes = (_minutes(part.strip()) for part in text.split("-"))
    except ValueError:
        raise ValueError(f"“{text}” is no window such as 07:00-16:30") from None
    if not opens < closes:
        raise ValueError(f"“{text}” closes before it opens")
    return Window(opens, closes)


def window(file_id: str, configured: Mapping[str, str], deployment: str) -> Window:
    """The configured window of a File ID, or notes.md's default; a sandbox
    deployment is open all day, so that a rehearsal at night works."""
    default = WHOLE_DAY if deployment == "sandbox" else DEFAULT
    return parse(configured.get(file_id) or default)


def _minutes(text: str) -> int:
    hours, minutes = (int(part) for part in text.split(":"))
    total = hours * 60 + minutes
    if not (0 <= minutes < 60 and hours >= 0 and total <= _END_OF_DAY):
        raise ValueError(text)
    return total


def _words(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _at(day: dt.date, minutes: int) -> dt.datetime:
    # Hong Kong has no summer time: adding minutes to midnight is exact.
    midnight = dt.datetime.combine(day, dt.time(), tzinfo=HONG_KONG)
    return midnight + dt.timedelta(minutes=minutes)
