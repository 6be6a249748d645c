"""The sentence of Today's head: how many files need a person, and by when."""

import datetime as dt

from portal import clock
from portal.exchange.hktime import hk_day, hk_time
from portal.people.guards import Acting
from portal.people.models import Role
from transfers.selectors.next_steps import ON_ITS_WAY
from transfers.selectors.today import DueRow, due_rows

NUMBERS = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
]
NONE = dt.timedelta(0)


def today_words(acting: Acting) -> dict[str, object]:
    """{"sentence": "Three files need you before 16:30; two are under way."}"""
    rows = due_rows(acting.participant, clock.now())
    whom = "you" if Role.OPERATOR in acting.roles else "an operator"
    return {"sentence": sentence(rows, whom)}


def sentence(rows: list[DueRow], whom: str) -> str:
    """Empty where nothing is ever due."""
    if not rows:
        return ""
    if all(row.is_done for row in rows):
        return "All that is due today is done."
    moving = sum(_moves(row) for row in rows)
    open_ = [row for row in rows if _waits(row) and row.left > NONE]
    missed = sum(_waits(row) and row.left <= NONE for row in rows)
    first = _needs(open_, moving, whom)
    return " ".join(filter(None, [first, _missed(missed)]))


def _needs(rows: list[DueRow], moving: int, whom: str) -> str:
    under_way = f"{_number(moving)} {'is' if moving == 1 else 'are'} under way"
    if not rows:
        return f"Nothing needs {whom}; {under_way}." if moving else ""
    count = len(rows)
    verb = "file needs" if count == 1 else "files need"
    at = _clock(min(row.closes_at for row in rows))
    end = f"; {under_way}." if moving else "."
    return f"{_number(count).capitalize()} {verb} {whom} before {at}{end}"


def _missed(count: int) -> str:
    if not count:
        return ""
    windows = "window has" if count == 1 else "windows have"
    return f"{_number(count).capitalize()} {windows} closed without an accepted file."


def _moves(row: DueRow) -> bool:
    return row.submission is not None and row.submission.status in ON_ITS_WAY


def _waits(row: DueRow) -> bool:
    return not row.is_done and not _moves(row)


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def _clock(at: dt.datetime) -> str:
    """16:30; the end of a day is its 24:00."""
    local = hk_time(at)
    is_end = hk_day(at) != hk_day(at - dt.timedelta(microseconds=1))
    return "24:00" if is_end else f"{local:%H:%M}"
