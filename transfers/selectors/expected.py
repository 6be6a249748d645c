"""The board of a day, the rules behind it, and what could be expected as well."""

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass

from django.db.models import QuerySet

from portal import clock
from portal.exchange.hktime import hk_day
from portal.people.guards import Acting
from portal.people.models import Participant
from portal.tradingdays.selectors import calendar
from transfers import habits
from transfers.habits import Arrival, Habit
from transfers.models import (
    ExpectedFile,
    ExpectedRule,
    ExpectedStatus,
    HabitDeclined,
    RetrievedFile,
    RetrievedStatus,
)

S = ExpectedStatus
ENOUGH = 50_000  # arrivals of a month; a broker has some 1,500
_LOOK_BACK = dt.timedelta(days=45)
# What needs a person first; the rest by the clock.
_FIRST = {S.MISSING: 0, S.DUE: 1}
SOON = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the board: `s` and `word` as the design has them."""

    row: ExpectedFile
    s: str
    word: str
    left: dt.timedelta

    @property
    def is_open(self) -> bool:
        return self.row.status in (S.DUE, S.MISSING)


@dataclass(frozen=True, slots=True)
class Board:
    day: dt.date
    lines: list[Line]
    is_trading_day: bool
    why: str  # the day's holiday, or what a site admin said of it

    @property
    def counts(self) -> Counter[str]:
        """By status; what is overdue and not judged yet counts as missing."""
        late = (
            S.MISSING if line.s == "bad" else line.row.status for line in self.lines
        )
        return Counter(str(status) for status in late)

    @property
    def come(self) -> int:
        counts = self.counts
        return counts[S.ARRIVED] + counts[S.LATE]


def board(participant: Participant, day: dt.date, now: dt.datetime) -> Board:
    """Two queries."""
    rows = ExpectedFile.objects.filter(participant=participant, day=day)
    ordered = rows.select_related("rule", "excused_by").order_by("due_at", "pk")
    lines = [_line(row, now) for row in ordered]
    lines.sort(key=lambda line: _FIRST.get(ExpectedStatus(line.row.status), 2))
    known = calendar(day, day)
    return Board(day, lines, known.is_trading_day(day), known.why(day))


def one(participant: Participant, pk: uuid.UUID) -> ExpectedFile | None:
    rows = ExpectedFile.objects.filter(participant=participant, pk=pk)
    return rows.select_related("rule", "participant").first()


def rules(participant: Participant) -> QuerySet[ExpectedRule]:
    """Those in force."""
    in_force = ExpectedRule.objects.filter(participant=participant, ended_at=None)
    return in_force.select_related("set_by").order_by("due", "name_pattern", "pk")


def proposals(participant: Participant, now: dt.datetime) -> list[Habit]:
    """What came regularly on the last trading days, is not expected yet and was not
    declined: four queries."""
    today = hk_day(now)
    last = calendar(today - _LOOK_BACK, today).trading_days(
        today - _LOOK_BACK, today - dt.timedelta(1)
    )[-habits.OF_THE_LAST :]
    taken = set(rules(participant).values_list("platform", "name_pattern"))
    declined = HabitDeclined.objects.filter(participant=participant)
    taken |= set(declined.values_list("platform", "name_pattern"))
    found = habits.habits(_arrivals(participant, last), last)
    return [one for one in found if (one.platform, one.pattern) not in taken]


def today_panel(acting: Acting) -> dict[str, object]:
    """{"board": Board, "open": [Line]}: two queries."""
    now = clock.now()
    found = board(acting.participant, hk_day(now), now)
    return {"board": found, "open": [line for line in found.lines if line.is_open]}


def _arrivals(participant: Participant, days: list[dt.date]) -> list[Arrival]:
    if not days:
        return []
    files = RetrievedFile.objects.filter(
        participant=participant,
        status=RetrievedStatus.KEPT,
        day__range=(days[0], days[-1]),
        kept_at__isnull=False,
    ).values_list("platform", "name", "day", "kept_at")[:ENOUGH]
    return [Arrival(platform, name, day, at) for platform, name, day, at in files if at]


def _line(row: ExpectedFile, now: dt.datetime) -> Line:
    left = row.due_at - now
    warned = row.warned_at is not None or row.warn_at <= now or left <= SOON
    if row.status == S.DUE and left <= dt.timedelta(0):
        return Line(row, "bad", "Missing", left)  # no tick has judged it yet
    if row.status == S.DUE and warned:
        return Line(row, "warn", "Due soon", left)
    s, word = {
        S.DUE: ("idle", "Due"),
        S.ARRIVED: ("ok", "Arrived"),
        S.LATE: ("warn", "Late"),
        S.MISSING: ("bad", "Missing"),
        S.EXCUSED: ("idle", "Excused"),
    }[ExpectedStatus(row.status)]
    return Line(row, s, word, left)
