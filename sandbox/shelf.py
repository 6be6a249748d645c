"""The files in the boxes, read by ranges; what is gone from a box stays known."""

import hashlib
import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sandbox import generated

PIECE = 65_536
_SCHEMA = """
CREATE TABLE IF NOT EXISTS shelf (
    id INTEGER PRIMARY KEY, owner TEXT NOT NULL, folder TEXT NOT NULL,
    name TEXT NOT NULL, size INTEGER NOT NULL, seed TEXT NOT NULL,
    sha256 TEXT NOT NULL, placed_at TEXT NOT NULL,
    visible_at REAL NOT NULL, gone INTEGER NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX IF NOT EXISTS shelf_place
    ON shelf (owner, folder, name) WHERE NOT gone;
CREATE INDEX IF NOT EXISTS shelf_came ON shelf (owner, folder, name, placed_at);
CREATE TABLE IF NOT EXISTS pieces (
    id INTEGER PRIMARY KEY, file_id INTEGER NOT NULL, start INTEGER NOT NULL,
    content BLOB NOT NULL, UNIQUE (file_id, start));
"""
_COLUMNS = "id, owner, folder, name, size, seed, sha256, placed_at, gone"


@dataclass(frozen=True)
class BoxFile:
    """A file in a box; the owner is `login:…`, `participant:…` or `everyone`.

    With a `seed` its bytes are generated; `sha256` is empty until it is asked for.
    """

    id: int
    owner: str
    folder: str
    name: str
    size: int
    placed_at: datetime
    seed: str = ""
    sha256: str = ""
    gone: bool = False

    @property
    def path(self) -> str:
        """Where a login that sees it finds it."""
        return f"{self.folder}/{self.name}"


@dataclass(frozen=True)
class NewFile:
    """What is to be put into a box: `content`, or `size` bytes out of `seed`."""

    owner: str
    folder: str
    name: str
    placed_at: datetime
    content: bytes = b""
    seed: str = ""
    size: int = 0
    visible_at: float = 0
    sha256: str = ""


class Shelf:
    """On the journal's connection, so that one transaction can span both."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._db.executescript(_SCHEMA)
        self._take_over()

    def put(self, new: NewFile) -> int:
        """Its number; one of the same name is gone from then on."""
        self._db.execute(
            "UPDATE shelf SET gone = 1"
            " WHERE owner = ? AND folder = ? AND name = ? AND NOT gone",
            (new.owner, new.folder, new.name),
        )
        size = new.size if new.seed else len(new.content)
        sha256 = new.sha256
        if not new.seed:
            sha256 = hashlib.sha256(new.content).hexdigest()
        dates = new.placed_at.isoformat(), new.visible_at
        number = self._db.execute(
            "INSERT INTO shelf (owner, folder, name, size, seed, sha256,"
            " placed_at, visible_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (new.owner, new.folder, new.name, size, new.seed, sha256, *dates),
        ).lastrowid
        assert number is not None  # noqa: S101 (SQLite gives every row one)
        self._append(number, 0, new.content)
        return number

    def put_first(self, names: Iterable[str], new: NewFile) -> str:
        """Put it under the first of `names` that is free."""
        name = self.free_name(new.owner, new.folder, names)
        self.put(replace(new, name=name))
        return name

    def free_name(self, owner: str, folder: str, names: Iterable[str]) -> str:
        """The first that no file has, not even one that is not seen yet."""
        rows = self._db.execute(
            "SELECT name FROM shelf WHERE owner = ? AND folder = ? AND NOT gone",
            (owner, folder),
        )
        taken = {row["name"] for row in rows}
        return next(name for name in names if name not in taken)

    def came(self, owner: str, folder: str, name: str, at: datetime) -> bool:
        """Whether this very file was put there, gone since or not."""
        row = self._db.execute(
            "SELECT 1 FROM shelf"
            " WHERE owner = ? AND folder = ? AND name = ? AND placed_at = ?",
            (owner, folder, name, at.isoformat()),
        ).fetchone()
        return row is not None

    def _append(self, number: int, start: int, content: bytes) -> None:
        self._db.executemany(
            "INSERT INTO pieces (file_id, start, content) VALUES (?, ?, ?)",
            [
                (number, start + at, content[at : at + PIECE])
                for at in range(0, len(content), PIECE)
            ],
        )

    def get(self, number: int) -> BoxFile:
        """One file as it stands, gone or not."""
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM shelf WHERE id = ?",  # noqa: S608 (our own names)
            (number,),
        ).fetchone()
        return _file(row)

    def find(self, owner: str, folder: str, name: str) -> BoxFile | None:
        """One file of a box that is seen there now, or None."""
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM shelf"  # noqa: S608 (our own names)
            " WHERE owner = ? AND folder = ? AND name = ? AND NOT gone"
            " AND visible_at <= ?",
            (owner, folder, name, time.time()),
        ).fetchone()
        return None if row is None else _file(row)

    def files(self, owner: str, folder: str) -> list[BoxFile]:
        """The files of a folder that belong to the owner, by name."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM shelf"  # noqa: S608 (our own names)
            " WHERE owner = ? AND folder = ? AND NOT gone AND visible_at <= ?"
            " ORDER BY name",
            (owner, folder, time.time()),
        )
        return [_file(row) for row in rows]

    def shared(self, at_most: int = -1) -> list[BoxFile]:
        """What was ever put into a box that is no single login's, newest first."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM shelf"  # noqa: S608 (our own names)
            " WHERE owner NOT LIKE 'login:%' ORDER BY id DESC LIMIT ?",
            (at_most,),
        )
        return [_file(row) for row in rows]

    def count_shared(self) -> int:
        """How many of them there were in all."""
        row = self._db.execute(
            "SELECT count(*) AS n FROM shelf WHERE owner NOT LIKE 'login:%'"
        ).fetchone()
        return int(row["n"])

    def read(self, file: BoxFile, offset: int, length: int) -> bytes:
        """A range of it, also of one that is gone meanwhile."""
        length = max(0, min(length, file.size - offset))
        if file.seed:
            return generated.piece(file.seed, offset, length)
        rows = self._db.execute(
            "SELECT start, content FROM pieces"
            " WHERE file_id = ? AND start > ? AND start < ? ORDER BY start",
            (file.id, offset - PIECE, offset + length),
        ).fetchall()
        if not rows:
            return b""
        run = b"".join(row["content"] for row in rows)
        skipped = offset - rows[0]["start"]
        return run[max(skipped, 0) :][:length] if skipped < len(run) else b""

    def grow(self, file: BoxFile, extra: int, at: datetime) -> BoxFile:
        """The file with that many bytes more: of its seed, or zeros."""
        if not file.seed:
            self._append(file.id, file.size, bytes(extra))
        self._db.execute(
            "UPDATE shelf SET size = ?, sha256 = '', placed_at = ? WHERE id = ?",
            (file.size + extra, at.isoformat(), file.id),
        )
        return self.get(file.id)

    def remove(self, number: int) -> None:
        """No longer seen; who has it open reads on."""
        self._db.execute("UPDATE shelf SET gone = 1 WHERE id = ?", (number,))

    def note_sha256(self, number: int, sha256: str) -> None:
        """Remember what was worked out once."""
        self._db.execute("UPDATE shelf SET sha256 = ? WHERE id = ?", (sha256, number))

    def sha256(self, file: BoxFile) -> str:
        """Lower-case hex, worked out anew from the bytes."""
        digest = hashlib.sha256()
        for offset in range(0, file.size, PIECE):
            digest.update(self.read(file, offset, PIECE))
        return digest.hexdigest()

    def _take_over(self) -> None:
        """The files of a journal that was begun with another table."""
        found = self._db.execute("PRAGMA table_info(box_files)").fetchall()
        if not found:
            return
        for row in self._db.execute("SELECT * FROM box_files").fetchall():
            at = datetime.fromisoformat(row["placed_at"])
            place = row["owner"], row["folder"], row["name"], at
            self.put(NewFile(*place, content=bytes(row["content"])))
        self._db.execute("DROP TABLE box_files")


def _file(row: sqlite3.Row) -> BoxFile:
    values = dict(row)
    values["placed_at"] = datetime.fromisoformat(values["placed_at"])
    return BoxFile(**{**values, "gone": bool(values["gone"])})
