"""What is asked of the Download Corner, and how far of it: filters as SQL."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from transfers.models import RetrievedFile
from transfers.models.places import first_at

TABLE = RetrievedFile._meta.db_table
HIGHEST = 2**63 - 1
KEPT, PURGED = "kept", "purged"
IS_PURGED = "purged_at IS NOT NULL"

Condition = tuple[str, list[Any]]


@dataclass(frozen=True)
class Wanted:
    """The filters; since is included, until is not; each word is in the name."""

    participant: uuid.UUID
    subject: str = ""
    platform: str = ""
    identity: uuid.UUID | None = None
    state: str = ""  # a RetrievedStatus, or PURGED
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    words: tuple[str, ...] = ()

    @property
    def is_filtered(self) -> bool:
        return self != Wanted(self.participant)


@dataclass(frozen=True)
class Stretch:
    """above and below are not included; upward: the walk goes to newer ones."""

    above: int
    below: int
    upward: bool = False

    @property
    def order(self) -> str:
        return "ASC" if self.upward else "DESC"


def stretch(wanted: Wanted, above: int = -1, below: int = HIGHEST) -> Stretch:
    """The dates as places, and no further than above and below."""
    if wanted.since:
        above = max(above, first_at(wanted.since) - 1)
    if wanted.until:
        below = min(below, first_at(wanted.until))
    return Stretch(above, below)


def filters(wanted: Wanted) -> dict[str, Condition]:
    """By name, what is rarer by its nature first. Each may lead a walk: identity and
    platform are one, since many identities never meet a platform."""
    found: dict[str, Condition] = {}
    if wanted.subject:
        found["subject"] = ("subject = %s", [wanted.subject])
    if wanted.state and wanted.state != KEPT:
        found["state"] = _state(wanted.state)
    who = [wanted.identity.hex] if wanted.identity else []
    if wanted.identity and wanted.platform:
        both = "identity_id = %s AND platform = %s"
        found["pair"] = (both, [*who, wanted.platform])
    elif wanted.identity:
        found["identity"] = ("identity_id = %s", [*who])
    elif wanted.platform:
        found["platform"] = ("platform = %s", [wanted.platform])
    if wanted.state == KEPT:
        found["state"] = _state(KEPT)
    return found


def _state(state: str) -> Condition:
    if state == PURGED:
        return IS_PURGED, []
    return "status = %s AND purged_at IS NULL", [state]


# What each of them asks of a row.
COLUMNS = {
    "state": ("status", "purged_at"),
    "subject": ("subject",),
    "pair": ("identity_id", "platform"),
    "identity": ("identity_id",),
    "platform": ("platform",),
}


def all_of(
    wanted: Wanted, conditions: Sequence[Condition], within: Stretch
) -> tuple[str, list[Any]]:
    where = "".join(f" AND {condition}" for condition, _ in conditions)
    values = [value for _, given in conditions for value in given]
    text = (
        f"FROM {TABLE}{_by(conditions)} WHERE participant_id = %s{where}"
        " AND place > %s AND place < %s"
    )
    return text, [wanted.participant.hex, *values, within.above, within.below]


def _by(conditions: Sequence[Condition]) -> str:
    """SQLite would rather read another index as a whole than this small one."""
    is_purged = any(condition == IS_PURGED for condition, _ in conditions)
    sqlite = connection.vendor == "sqlite"
    return " INDEXED BY corner_purged" if sqlite and is_purged else ""


def contains(word: str) -> Condition:
    """As Django's icontains asks it, so that PostgreSQL's index fits."""
    escaped = word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    like = r"LIKE %s ESCAPE '\'"
    if connection.vendor == "postgresql":
        return (r"upper(name) LIKE upper(%s) ESCAPE '\'", [f"%{escaped}%"])
    return (rf"name {like}", [f"%{escaped}%"])


def read(text: str, values: Sequence[Any]) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return list(cursor.fetchall())
