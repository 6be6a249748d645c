"""What the gateway must not forget, in SQLite: companies, IPOs, records, funding."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox.database import connect, transaction
from sandbox.gateway.companies import Company, parse_company
from sandbox.layout import SandboxError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS companies (
    company_id TEXT PRIMARY KEY, profile TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS ipos (
    ipo_id INTEGER PRIMARY KEY, stk_code TEXT NOT NULL, isin TEXT NOT NULL,
    status TEXT NOT NULL, refdata TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS records (
    id INTEGER PRIMARY KEY, company_id TEXT NOT NULL, ipo_id INTEGER NOT NULL,
    request_id TEXT NOT NULL, own_ref TEXT NOT NULL, firm_id TEXT NOT NULL,
    quantity INTEGER NOT NULL, persons TEXT NOT NULL, status TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS records_of_an_ipo ON records (company_id, ipo_id, id);
CREATE TABLE IF NOT EXISTS request_ids (
    company_id TEXT NOT NULL, request_id TEXT NOT NULL, seen_at REAL NOT NULL,
    PRIMARY KEY (company_id, request_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fundings (
    transaction_ref INTEGER PRIMARY KEY, company_id TEXT NOT NULL,
    ipo_id INTEGER NOT NULL, firm_id TEXT NOT NULL, bank TEXT NOT NULL,
    amount TEXT NOT NULL, currency TEXT NOT NULL, deadline TEXT NOT NULL,
    status TEXT NOT NULL);
"""


class Store:
    """One connection, used from the loop's thread.

    A commit survives the end of the process, however it ends.
    """

    def __init__(self, folder: Path) -> None:
        self.db = connect(folder / "gateway.sqlite3", "NORMAL")
        self.db.executescript(_SCHEMA)
        self._companies = {
            row["company_id"]: parse_company(json.loads(row["profile"]))
            for row in self.db.execute("SELECT * FROM companies")
        }

    def close(self) -> None:
        """Release the file."""
        self.db.close()

    def transaction(self) -> AbstractContextManager[None]:
        """All that a call writes, or nothing."""
        return transaction(self.db)

    def company(self, company_id: str) -> Company | None:
        """As registered."""
        return self._companies.get(company_id)

    def companies(self) -> list[Company]:
        """All, by Company ID."""
        return [self._companies[key] for key in sorted(self._companies)]

    def register(self, wanted: dict[str, Any], at: datetime) -> Company:
        """Register a company, or replace it whole; raises SandboxError."""
        company = parse_company(wanted, at)
        for other in self._companies.values():
            taken = set(other.machines) & set(company.machines)
            if other.company_id != company.company_id and taken:
                raise SandboxError("Another company has this machine profile UUID.")
        self.db.execute(
            "INSERT OR REPLACE INTO companies VALUES (?, ?)",
            (company.company_id, json.dumps(wanted)),
        )
        self._companies[company.company_id] = company
        return company

    def remember(self, company_id: str, request_id: str, at: float) -> bool:
        """Whether the request id is a new one."""
        try:
            self.db.execute(
                "INSERT INTO request_ids VALUES (?, ?, ?)", (company_id, request_id, at)
            )
        except sqlite3.IntegrityError:
            return False
        return True

    def forget_requests(self, before: float) -> None:
        """Request ids that are past every timestamp window."""
        self.db.execute("DELETE FROM request_ids WHERE seen_at < ?", (before,))

    def rows(
        self, sql: str, values: Sequence[Any] | dict[str, Any] = ()
    ) -> list[sqlite3.Row]:
        """A query's rows."""
        return self.db.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Row | None:
        """A query's first row."""
        found: sqlite3.Row | None = self.db.execute(sql, values).fetchone()
        return found

    def write(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """One statement for each row."""
        self.db.executemany(sql, rows)
