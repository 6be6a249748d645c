"""What the exchange must not forget: receptions, results due, boxes, mails (SQLite)."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox.database import connect, transaction
from sandbox.shelf import NewFile, Shelf

_SCHEMA = """
CREATE TABLE IF NOT EXISTS receptions (
    id INTEGER PRIMARY KEY, login TEXT NOT NULL, host TEXT NOT NULL,
    path TEXT NOT NULL, file_name TEXT NOT NULL, size INTEGER NOT NULL,
    sha256 TEXT NOT NULL, received_at TEXT NOT NULL, spool TEXT NOT NULL,
    cut_short INTEGER NOT NULL, outcome TEXT NOT NULL, code TEXT, reason TEXT);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY, reception_id INTEGER NOT NULL REFERENCES receptions,
    due_at REAL NOT NULL, variant TEXT NOT NULL, params TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY, sender TEXT NOT NULL, recipient TEXT NOT NULL,
    raw BLOB NOT NULL, received_at TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Reception:
    """A file that arrived whole (or, on request, cut short), and what came of it.

    `sha256` is upper-case hex; `outcome` is pending, accepted, rejected or withheld.
    """

    login: str
    host: str
    path: str
    file_name: str
    size: int
    sha256: str
    received_at: str
    spool: str
    cut_short: bool = False
    outcome: str = "pending"
    code: str | None = None
    reason: str | None = None
    id: int = 0

    def public_view(self) -> dict[str, Any]:
        """The record as the control API gives it."""
        view = asdict(self)
        del view["spool"]
        return view


@dataclass(frozen=True)
class Delivery:
    """A result file to be made at `due_at` (real epoch seconds)."""

    due_at: float
    variant: str
    params: dict[str, Any]
    reception_id: int = 0
    id: int = 0


class Journal:
    """One connection, used from the loop's thread; every commit reaches the disk."""

    def __init__(self, state: Path) -> None:
        self._db = connect(state / "journal.sqlite3", "FULL")
        self._db.executescript(_SCHEMA)
        self.shelf = Shelf(self._db)

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    @property
    def db(self) -> sqlite3.Connection:
        """For tables that must agree with these."""
        return self._db

    def transaction(self) -> AbstractContextManager[None]:
        """For several files at once."""
        return transaction(self._db)

    def record(self, reception: Reception, due: Iterable[Delivery]) -> Reception:
        """Write a reception and its due results down, together; on disk on return."""
        fields = {k: v for k, v in asdict(reception).items() if k != "id"}
        marks = ", ".join(f":{name}" for name in fields)
        with self.transaction():
            number = self._db.execute(
                f"INSERT INTO receptions ({', '.join(fields)}) VALUES ({marks})",  # noqa: S608 (our own names)
                fields,
            ).lastrowid
            self._db.executemany(
                "INSERT INTO deliveries (reception_id, due_at, variant, params)"
                " VALUES (?, ?, ?, ?)",
                [(number, d.due_at, d.variant, json.dumps(d.params)) for d in due],
            )
        return self.reception(number or 0)

    def reception(self, number: int) -> Reception:
        """One reception as it stands."""
        row = self._db.execute(
            "SELECT * FROM receptions WHERE id = ?", (number,)
        ).fetchone()
        return _reception(row)

    def receptions(self) -> list[Reception]:
        """All of them, oldest first."""
        rows = self._db.execute("SELECT * FROM receptions ORDER BY id")
        return [_reception(row) for row in rows]

    def settle(
        self, number: int, outcome: str, code: str | None, reason: str | None
    ) -> None:
        """Write down what came of a reception."""
        self._db.execute(
            "UPDATE receptions SET outcome = ?, code = ?, reason = ? WHERE id = ?",
            (outcome, code, reason, number),
        )

    def undelivered(self, number: int | None = None) -> list[Delivery]:
        """Results still to be made, the earliest first."""
        rows = self._db.execute(
            "SELECT * FROM deliveries WHERE NOT done"
            " AND (? IS NULL OR reception_id = ?) ORDER BY due_at, id",
            (number, number),
        )
        return [
            Delivery(
                row["due_at"],
                row["variant"],
                json.loads(row["params"]),
                row["reception_id"],
                row["id"],
            )
            for row in rows
        ]

    def deliver(
        self,
        delivery: Delivery,
        owner: str,
        folder: str,
        names: Iterable[str],
        content: bytes,
        placed_at: datetime,
    ) -> str:
        """Put a result under the first free of `names`, and tick it off, in one."""
        with self.transaction():
            new = NewFile(owner, folder, "", placed_at, content)
            name = self.shelf.put_first(names, new)
            self._db.execute(
                "UPDATE deliveries SET done = 1 WHERE id = ?", (delivery.id,)
            )
        return name

    def keep_mail(self, sender: str, recipient: str, raw: bytes, at: datetime) -> None:
        """Store one mail for one recipient."""
        self._db.execute(
            "INSERT INTO mails (sender, recipient, raw, received_at)"
            " VALUES (?, ?, ?, ?)",
            (sender, recipient, raw, at.isoformat()),
        )

    def mails(self) -> list[sqlite3.Row]:
        """All mails, oldest first: id, sender, recipient, raw, received_at."""
        return self._db.execute("SELECT * FROM mails ORDER BY id").fetchall()

    def forget_mails(self) -> None:
        """Empty the mailbox."""
        self._db.execute("DELETE FROM mails")


def _reception(row: sqlite3.Row) -> Reception:
    return Reception(**{**dict(row), "cut_short": bool(row["cut_short"])})
