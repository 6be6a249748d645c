"""The daily script: what the exchange distributes by itself, each file once.

It follows the exchange's clock, and catches up on what lies between when that is moved.
"""

import sqlite3
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox import answers, contents, distribution, timetable
from sandbox.hktime import HONG_KONG
from sandbox.journal import Reception
from sandbox.layout import SandboxError
from sandbox.platforms import customer_code
from sandbox.shelf import NewFile
from sandbox.timetable import Report
from sandbox.trees import EVERYONE, REPORTS_STAY, participants_box, tree_of

if TYPE_CHECKING:
    from sandbox.exchange import Exchange

_SCHEMA = """
CREATE TABLE IF NOT EXISTS script (
    id INTEGER PRIMARY KEY CHECK (id = 1), is_on INTEGER NOT NULL,
    done_until REAL NOT NULL);
CREATE TABLE IF NOT EXISTS answers (
    id INTEGER PRIMARY KEY, due_at REAL NOT NULL, day TEXT NOT NULL,
    owner TEXT NOT NULL, folder TEXT NOT NULL, name TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0);
"""
_DAYS_BACK_AT_MOST = 31
_LIFE = REPORTS_STAY + timedelta(days=2)


@dataclass(frozen=True)
class _Client:
    """A participant at RAP or RRS; `folders` are those that its accounts see."""

    platform: str
    participant: str
    customer: str
    folders: frozenset[str]

    def place(self, report: Report, day: date) -> tuple[str, str, str] | None:
        """Owner, folder and name of its report; None when it gets none."""
        name = report.name(self.customer, day)
        owner = EVERYONE if report.is_for_all else participants_box(self.participant)
        if self.platform == "RAP":
            folder = f"/download/{report.rap}"
        elif not report.is_at_rrs:
            return None
        else:
            folder = "/COMMON" if report.is_for_all else f"/{self.customer}"
        return (owner, folder, name) if folder in self.folders else None


class DailyScript:
    """Off until it is switched on; what it is then survives a restart."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._journal = exchange.journal
        self._db = exchange.journal.db
        self._db.executescript(_SCHEMA)
        row = self._db.execute("SELECT * FROM script").fetchone()
        self.is_on = bool(row and row["is_on"])
        self._done_until = datetime.fromtimestamp(
            row["done_until"] if row else 0, HONG_KONG
        )
        settings = exchange.settings
        if row is None and settings.daily_script:
            self.switch(on=True, days_back=settings.daily_script_days_back)

    def switch(self, *, on: bool, days_back: float = 0) -> None:
        """On from now, or from so many days ago; or off. Raises SandboxError."""
        if not 0 <= days_back <= _DAYS_BACK_AT_MOST:
            raise SandboxError(f"Days back are 0 to {_DAYS_BACK_AT_MOST}.")
        if on and not self.is_on:
            now = self._exchange.clock.now()
            self._done_until = now - timedelta(days=days_back)
        self.is_on = on
        self._remember()
        self.catch_up()

    def view(self) -> dict[str, Any]:
        """Whether it is on, and what it published last and publishes next."""
        now = self._exchange.clock.now()
        holidays = self._exchange.settings.holidays
        ahead = timetable.between(now, now + timedelta(days=5), holidays)
        return {
            "on": self.is_on,
            "done_until": self._done_until.isoformat() if self.is_on else None,
            "next_at": ahead[0][0].isoformat() if self.is_on and ahead else None,
        }

    def planned(self, day: date) -> list[dict[str, Any]]:
        """The reports of a trading day for the accounts that there are now."""
        begin = datetime(day.year, day.month, day.day, tzinfo=HONG_KONG)
        holidays = self._exchange.settings.holidays
        due = timetable.between(begin, begin + timedelta(days=1.5), holidays)
        return [
            {
                "platform": distribution.platform_at(folder),
                "participant": owner.partition(":")[2] or distribution.FOR_ALL,
                "path": f"{folder}/{name}",
                "name": name,
                "at": at.isoformat(),
                "sha256": contents.sha256(name, day),
            }
            for at, of, report in due
            if of == day
            for owner, folder, name in self._places(report, day, self._clients())
        ]

    def clock_moved(self) -> None:
        """Back: what then comes again is not published twice. On: it catches up."""
        self._done_until = min(self._done_until, self._exchange.clock.now())
        self.catch_up()

    def catch_up(self) -> None:
        """Publish what has come due, unless its life is over already."""
        now = self._exchange.clock.now()
        if not self.is_on or now <= self._done_until:
            return
        reports = self._reports(now)
        answered = self._db.execute(
            "SELECT * FROM answers WHERE NOT done AND due_at <= ? ORDER BY due_at, id",
            (now.timestamp(),),
        ).fetchall()
        self._done_until = now
        if reports or answered:
            with self._journal.transaction():
                for new in reports:
                    self._put(new)
                for row in answered:
                    self._answer(row, now)
                self._remember()

    def expect(self, reception: Reception) -> None:
        """An accepted submission is answered in its time, while the script is on."""
        account = self._exchange.accounts.find(reception.login)
        if not self.is_on or account is None:
            return
        owner = participants_box(account.participant)
        self._db.executemany(
            "INSERT INTO answers (due_at, day, owner, folder, name)"
            " VALUES (?, ?, ?, ?, ?)",
            [
                (at.timestamp(), day.isoformat(), owner, f"/download/{folder}", name)
                for at, day, folder, name in answers.answers(reception)
            ],
        )

    def _remember(self) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO script (id, is_on, done_until) VALUES (1, ?, ?)",
            (self.is_on, self._done_until.timestamp()),
        )

    def _reports(self, now: datetime) -> list[NewFile]:
        holidays = self._exchange.settings.holidays
        since = max(self._done_until, now - _LIFE)
        due = timetable.between(since, now, holidays)
        clients = self._clients() if due else []
        return [
            NewFile(owner, folder, name, at, content=contents.content(name, day))
            for at, day, report in due
            for owner, folder, name in self._places(report, day, clients)
            if now.date() <= distribution.last_day(folder, at.date())
        ]

    def _put(self, new: NewFile) -> None:
        shelf = self._journal.shelf
        if not shelf.came(new.owner, new.folder, new.name, new.placed_at):
            shelf.put(new)

    def _answer(self, row: sqlite3.Row, now: datetime) -> None:
        self._db.execute("UPDATE answers SET done = 1 WHERE id = ?", (row["id"],))
        at = datetime.fromtimestamp(row["due_at"], HONG_KONG)
        owner, folder = row["owner"], row["folder"]
        if now.date() > distribution.last_day(folder, at.date()):
            return
        shelf, day = self._journal.shelf, date.fromisoformat(row["day"])
        name = shelf.free_name(owner, folder, answers.other_names(row["name"]))
        content = contents.content(name, day)
        shelf.put(NewFile(owner, folder, name, at, content=content))

    def _clients(self) -> list[_Client]:
        """One for each participant and platform, of its first account's code."""
        found: dict[tuple[str, str], _Client] = {}
        for account in self._exchange.accounts.all():
            if account.platform != "ECP":
                folders = frozenset(tree_of(account))
                code = customer_code(account.rules, account.login)
                key = account.platform, account.participant
                first = found.setdefault(key, _Client(*key, code, frozenset()))
                found[key] = replace(first, folders=first.folders | folders)
        return list(found.values())

    def _places(
        self, report: Report, day: date, clients: list[_Client]
    ) -> list[tuple[str, str, str]]:
        """What is for all is published once."""
        places = (client.place(report, day) for client in clients)
        return list(dict.fromkeys(place for place in places if place))
