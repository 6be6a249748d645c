"""What a login sees: its folders, the files in them, and a warning that is due.

Nothing here is a path of the disk: folders are names, files are rows.
"""

import posixpath
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sandbox import keyresults
from sandbox.accounts import Account
from sandbox.shelf import BoxFile, NewFile
from sandbox.trees import own_box, tree_of

if TYPE_CHECKING:
    from sandbox.exchange import Exchange


@dataclass(frozen=True)
class Entry:
    """A folder (`size` None) or a file; `file` None is one that is made on the spot."""

    name: str
    at: datetime
    size: int | None = None
    file: BoxFile | None = None
    content: bytes = b""


def normalise(path: bytes) -> str:
    """An absolute path without `.`, `..` or doubled slashes; UnicodeDecodeError."""
    return posixpath.normpath("//" + path.decode("utf-8").lstrip("/"))[1:]


class Boxes:
    """One session's view of the exchange."""

    def __init__(self, account: Account, exchange: "Exchange") -> None:
        self._account = account
        self._exchange = exchange
        self._shelf = exchange.journal.shelf
        self._clock = exchange.clock
        self._tree = tree_of(account)
        self.key_folder = account.rules.key_folder
        # ECP looks at the time of the login (Guide A §4.6.3), the others each day.
        self._at_login = self._warning() if account.platform == "ECP" else None

    @property
    def submission_folders(self) -> set[str]:
        """Where submissions may be put."""
        return {path for path, f in self._tree.items() if f.takes_submissions}

    @property
    def folders(self) -> set[str]:
        """Every folder there is, absolute."""
        return set(self._tree)

    def listing(self, folder: str) -> list[Entry]:
        """What lies in a folder of `folders`."""
        now = self._clock.now()
        below = sorted(
            path for path in self.folders - {"/"} if posixpath.dirname(path) == folder
        )
        return [Entry(posixpath.basename(path), now) for path in below] + self._files(
            folder, now
        )

    def find(self, path: str) -> Entry | None:
        """The folder or file at the path, None when the login sees none."""
        if path in self.folders:
            return Entry(posixpath.basename(path) or "/", self._clock.now())
        folder, name = posixpath.split(path)
        if folder == self.key_folder:  # where a warning may be due
            return next((e for e in self.listing(folder) if e.name == name), None)
        return self._lookup(folder, name)

    def _lookup(self, path: str, name: str) -> Entry | None:
        folder, now = self._tree.get(path), self._clock.now()
        for owner in folder.owners if folder else ():
            file = self._shelf.find(owner, path, name)
            if folder and file and folder.shown(file, now):
                return _entry(file)
        return None

    def read(self, entry: Entry, offset: int, length: int) -> bytes:
        """A range of a file that was found here."""
        if entry.file:
            return self._shelf.read(entry.file, offset, length)
        return entry.content[offset : offset + length]

    def _files(self, path: str, now: datetime) -> list[Entry]:
        folder = self._tree.get(path)
        if folder is None:
            return []
        warned = self._due_warning(now) if path == self.key_folder else []
        return warned + [
            _entry(file)
            for owner in folder.owners
            for file in self._shelf.files(owner, path)
            if folder.shown(file, now)
        ]

    def _due_warning(self, now: datetime) -> list[Entry]:
        """RRS's warnings stay in the box, one a day; the others' is of the moment."""
        if self._account.platform == "ECP":
            return [self._at_login] if self._at_login else []
        warning = self._warning()
        if warning and self._account.platform == "RRS":
            owner = own_box(self._account)
            if self._shelf.find(owner, self.key_folder, warning.name) is None:
                place = owner, self.key_folder, warning.name, now
                self._shelf.put(NewFile(*place, content=warning.content))
            return []
        return [warning] if warning else []

    def _warning(self) -> Entry | None:
        account = self._exchange.accounts.find(self._account.login) or self._account
        now = self._clock.now()
        day = now.date()
        content = keyresults.warning(account.slots(day), day)
        if content is None:
            return None
        name = keyresults.warning_name(account.rules, day)
        return Entry(name, now, len(content), content=content)


def _entry(file: BoxFile) -> Entry:
    return Entry(file.name, file.placed_at, file.size, file)
