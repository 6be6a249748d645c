"""The journal reaches the disk."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sandbox.journal import Journal

FULL = 2  # SQLite's number for an fsync at every commit


def test_every_commit_is_flushed_to_the_disk(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    assert journal._db.execute("PRAGMA synchronous").fetchone()[0] == FULL
    journal.close()


def test_the_files_of_an_older_journal_are_taken_over(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "journal.sqlite3")) as old, old:
        old.execute(
            "CREATE TABLE box_files (id INTEGER PRIMARY KEY, owner TEXT, folder TEXT,"
            " name TEXT, size INTEGER, content BLOB, placed_at TEXT, visible_at REAL)"
        )
        old.execute(
            "INSERT INTO box_files VALUES (7, 'login:a', '/keys', 'a.rcvd', 4, ?,"
            " '2026-03-02T12:00:00+08:00', 0)",
            (b"kept",),
        )
    for _ in range(2):
        journal = Journal(tmp_path)
        (file,) = journal.shelf.files("login:a", "/keys")
        assert journal.shelf.read(file, 0, 10) == b"kept"
        assert file.placed_at.isoformat() == "2026-03-02T12:00:00+08:00"
        journal.close()
