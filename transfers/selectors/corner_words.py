"""How a distributed file is told of: its kept mark, and its time left at HKEX."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from portal.exchange.hktime import hk_day, hk_time
from portal.pages.words import duration
from transfers.models import NO_TIME, RetrievedFile, RetrievedStatus
from transfers.previews.letters import seen_name
from transfers.selectors.corner import is_there

S = RetrievedStatus
SOON = dt.timedelta(days=1)
MOMENT = dt.timedelta(microseconds=1)
NONE = dt.timedelta(0)


@dataclass(frozen=True)
class Line:
    """One file as the tables show it."""

    row: RetrievedFile
    state: str  # data-s
    word: str
    last_day: dt.date  # the Last Available Date at HKEX
    left: str  # "9 days left", "gone from HKEX"
    is_soon: bool
    is_there: bool  # can be looked at and downloaded
    received: str  # "15:01:44"
    at_hkex: str  # as its listing says; "" when it says none
    is_new: bool = False

    @property
    def name(self) -> str:
        """HKEX's, with what cannot be seen written out."""
        return seen_name(self.row.name)

    @property
    def title(self) -> str:
        return self.row.subject or self.name

    @property
    def tone(self) -> str:
        """The row's own `data-s`: what was lost, or may be."""
        return self.state if self.state in ("bad", "warn") else ""


def lines(rows: Iterable[RetrievedFile], now: dt.datetime, had: int = 0) -> list[Line]:
    """had: the place of the newest file that the reader has had before them."""
    return [line(row, now, bool(had) and row.place > had) for row in rows]


def line(row: RetrievedFile, now: dt.datetime, is_new: bool = False) -> Line:
    state, word = mark(row, now)
    left = row.removed_at - now
    is_soon = NONE < left <= SOON
    words = f"{duration(left)} left" if left > NONE else "gone from HKEX"
    last_day = hk_day(row.removed_at - MOMENT)
    received = time_received(row.seen_at, now)
    there = is_there(row)
    at_hkex = "" if row.modified_at == NO_TIME else time_received(row.modified_at, now)
    return Line(
        row, state, word, last_day, words, is_soon, there, received, at_hkex, is_new
    )


def mark(row: RetrievedFile, now: dt.datetime) -> tuple[str, str]:
    """data-s and the words of the design; they begin with its status words."""
    if row.purged_at:
        return "idle", f"Purged {_when(row.purged_at, now)}"
    if row.status == S.KEPT:
        return "ok", f"Kept {_when(row.kept_at or row.seen_at, now)}"
    if row.status == S.FETCHING:
        return "run", "Fetching"
    if row.status == S.VANISHED:
        return "bad", "Vanished"
    if row.tries:
        tries = "1 try" if row.tries == 1 else f"{row.tries} tries"
        return "bad", f"Failed, {tries}"
    return "idle", "Queued"


def _when(at: dt.datetime, now: dt.datetime) -> str:
    """15:01, or 29 Feb, 18:04; the year where it is another one."""
    local, today = hk_time(at), hk_day(now)
    if local.date() == today:
        return f"{local:%H:%M}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local.day} {local:%b}{year}, {local:%H:%M}"


def time_received(at: dt.datetime, now: dt.datetime) -> str:
    """15:01:44 today, else 29 Feb 18:02."""
    local, today = hk_time(at), hk_day(now)
    if local.date() == today:
        return f"{local:%H:%M:%S}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local.day} {local:%b}{year} {local:%H:%M}"
