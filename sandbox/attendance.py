"""Who logged in, was refused, uploaded a key or fetched what: counted, never judged."""

import json
from pathlib import Path
from typing import Any

from sandbox.database import connect

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, login TEXT NOT NULL,
    host TEXT NOT NULL, at REAL NOT NULL, detail TEXT NOT NULL, rest TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS by_login ON events (login, kind, at);
"""

LOGIN, REFUSED, DISPLACED = "login", "refused", "displaced"
KEY_UPLOAD, KEY_BLOCKED = "key_upload", "key_blocked"
SESSION, OUT_OF_HOURS, LISTING = "session", "out_of_hours", "listing"
# Every OPEN; then what became of it; and an OPEN outside the folder's hours.
DOWNLOAD, WHOLE, PARTIAL = "download", "whole", "partial"
EARLY_OR_LATE = "early_or_late"


class Attendance:
    """A file beside the journal: its rows survive a kill, but wait for no disk."""

    def __init__(self, state: Path) -> None:
        self._db = connect(state / "attendance.sqlite3", "NORMAL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    def note(
        self, kind: str, login: str, host: str, at: float, detail: str = "", **rest: Any
    ) -> None:
        """One event; `at` are seconds at the exchange, `detail` is what is counted."""
        self._db.execute(
            "INSERT INTO events (kind, login, host, at, detail, rest)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (kind, login, host, at, detail, json.dumps(rest)),
        )

    def times(self, kind: str, login: str, since: float = float("-inf")) -> list[float]:
        """When it happened, by the exchange's clock."""
        rows = self._db.execute(
            "SELECT at FROM events WHERE kind = ? AND login = ? AND at >= ?",
            (kind, login, since),
        )
        return [row["at"] for row in rows]

    def counts(self, kind: str, login: str) -> dict[str, int]:
        """How often, by detail."""
        rows = self._db.execute(
            "SELECT detail, count(*) AS n FROM events WHERE kind = ? AND login = ?"
            " GROUP BY detail ORDER BY detail",
            (kind, login),
        )
        return {row["detail"]: row["n"] for row in rows}

    def versions(
        self, kinds: tuple[str, ...], login: str
    ) -> list[tuple[str, str, dict[str, Any], int]]:
        """Kind, detail, the rest and how often: one for each detail with its rest."""
        rows = self._db.execute(
            "SELECT kind, detail, rest, count(*) AS n, min(id) AS first FROM events"
            " WHERE login = ? AND kind IN (SELECT value FROM json_each(?))"
            " GROUP BY kind, detail, rest ORDER BY first",
            (login, json.dumps(kinds)),
        )
        return [
            (row["kind"], row["detail"], json.loads(row["rest"]), row["n"])
            for row in rows
        ]

    def latest(self, kind: str, login: str, at_most: int = 200) -> list[dict[str, Any]]:
        """The latest of them, oldest first: host, at, detail and the rest."""
        rows = self._db.execute(
            "SELECT * FROM events WHERE kind = ? AND login = ?"
            " ORDER BY id DESC LIMIT ?",
            (kind, login, at_most),
        ).fetchall()
        return [
            {"host": row["host"], "at": row["at"], "detail": row["detail"]}
            | json.loads(row["rest"])
            for row in reversed(rows)
        ]
