"""What a login sees and fetches, and what goes wrong with that on request."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import NoReturn

import asyncssh
from asyncssh import (
    SFTPAttrs,
    SFTPFailure,
    SFTPName,
    SFTPNoSuchFile,
    SFTPPermissionDenied,
)

from sandbox import attendance, hours
from sandbox.boxes import Boxes, Entry
from sandbox.downloads import Download
from sandbox.faults import Fault
from sandbox.listings import listed
from sandbox.login import Gate
from sandbox.refusals import Refusals, attributes, each, normal


class Reading(Refusals):
    """One session, without what it submits."""

    def __init__(self, chan: "asyncssh.SSHServerChannel[bytes]", gate: Gate) -> None:
        super().__init__(chan)
        assert gate.account is not None  # noqa: S101 (authentication came first)
        self.gate = gate
        self.exchange = gate.exchange
        self.faults = gate.exchange.faults
        self.account = gate.account
        self.hung_up = False
        self._scope = (self.account.login, gate.host.name)
        self._boxes = Boxes(self.account, self.exchange)

    def format_user(self, uid: int | None) -> str:
        """No names of this machine's users in a listing."""
        return "hkex"

    def format_group(self, gid: int | None) -> str:
        """Nor of its groups."""
        return "hkex"

    def exit(self) -> None:
        """The session is over; `close` has seen to each open file."""

    # Looking

    def realpath(self, path: bytes) -> bytes:
        """The path inside the tree; nothing outside it exists."""
        return normal(path).encode()

    def stat(self, path: bytes) -> SFTPAttrs:
        """Attributes of what is listed; an uploaded file is not (Guide A §4.4)."""
        return attributes(self._find(normal(path)))

    lstat = stat

    def fstat(self, file_obj: object) -> SFTPAttrs:
        """The size so far of an open file."""
        assert isinstance(file_obj, Download)  # noqa: S101
        return attributes(file_obj.entry)

    def scandir(self, path: bytes) -> AsyncIterator[SFTPName]:
        """The entries of a folder (Guide A §4.3, §4.5)."""
        folder = normal(path)
        if self._find(folder).size is not None:
            raise SFTPFailure("Not a folder")
        self._note_listing(folder)
        fault = self.faults.take("listing", *self._scope)
        return each(listed(self._boxes.listing(folder), fault))

    def _note_listing(self, folder: str) -> None:
        login, host = self._scope
        at = self.exchange.clock.now().timestamp()
        self.exchange.attendance.note(attendance.LISTING, login, host, at, folder)

    def _find(self, path: str) -> Entry:
        entry = self._boxes.find(path)
        if entry is None:
            raise SFTPNoSuchFile("No such file")
        return entry

    # Fetching

    def begin_download(self, path: str) -> Download:
        """An OPEN for reading."""
        entry = self._find(path)
        if entry.size is None:
            raise SFTPFailure("This is a folder")
        if self._strikes("deny_read", entry):
            raise SFTPPermissionDenied("Permission denied, on request")
        if self._strikes("vanish_on_open", entry):
            self._take_away(entry)
        self._note(attendance.DOWNLOAD, entry, path)
        return Download(path, entry)

    def end_download(self, download: Download) -> None:
        """Its CLOSE, or the end of the session."""
        if not download.counted:
            kind = attendance.WHOLE if download.is_whole else attendance.PARTIAL
            self._note(kind, download.entry, download.path)

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """A piece of a fetched file; an upload cannot be read back."""
        if not isinstance(file_obj, Download):
            raise SFTPPermissionDenied("An upload cannot be read")
        if file_obj.is_gone:
            raise SFTPNoSuchFile("No such file")
        if self.faults.any_on:
            size = await self._spoil_read(file_obj, offset, size)
        piece = self._boxes.read(file_obj.entry, offset, size)
        self._count(file_obj, offset, len(piece))
        return piece

    async def _spoil_read(self, download: Download, offset: int, size: int) -> int:
        """How much of it goes out; raises, waits or cuts as the switches say."""
        entry = download.entry
        failing = self._peek("fail_read", entry)
        if failing and failing.value == download.reads + 1:
            self._strikes("fail_read", entry)
            raise SFTPFailure("This READ failed, on request")
        if not download.reads and (fault := self._strikes("grow_while_read", entry)):
            size = min(size, max(0, download.size - offset))
            self._grow(download, int(fault.value))
        if fault := self._peek("short_reads", entry):
            size = min(size, max(1, int(fault.value)))
        size = await self._interrupt(download, size)
        if fault := self._peek("slow_reads", entry):
            await self._wait(size / max(fault.value, 1))
        return size

    async def _interrupt(self, download: Download, size: int) -> int:
        """What happens once so many bytes of the file have gone out, not before."""
        for kind in (
            "stall_read_after_bytes",
            "cut_read_after_bytes",
            "kick_while_reading",
            "vanish_while_read",
        ):
            fault = self._peek(kind, download.entry)
            if fault is None:
                continue
            if download.bytes_sent < fault.value:
                size = min(size, max(1, int(fault.value) - download.bytes_sent))
                continue
            self._strikes(kind, download.entry)
            if kind == "stall_read_after_bytes":
                await self._wait(None)
            elif kind == "cut_read_after_bytes":
                await self._cut()
            elif kind == "kick_while_reading":
                await self._kick()
            else:
                download.is_gone = True
                self._take_away(download.entry)
        return size

    def _peek(self, kind: str, entry: Entry) -> Fault | None:
        return self.faults.peek(kind, *self._scope, name=entry.name)

    def _strikes(self, kind: str, entry: Entry) -> Fault | None:
        return self.faults.take(kind, *self._scope, name=entry.name)

    def _take_away(self, entry: Entry) -> NoReturn:
        """The exchange removes a file under the reader's hands."""
        if entry.file:
            self.exchange.journal.shelf.remove(entry.file.id)
        raise SFTPNoSuchFile("No such file")

    def _grow(self, download: Download, extra: int) -> None:
        if download.entry.file:
            now = self.exchange.clock.now()
            shelf = self.exchange.journal.shelf
            grown = shelf.grow(download.entry.file, extra, now)
            download.entry = Entry(grown.name, grown.placed_at, grown.size, grown)

    async def _kick(self) -> NoReturn:
        """As a newer login of the account does (Guide C §4.3)."""
        self.connection.close()
        await self.gate.lost.wait()
        raise SFTPFailure("Another login took over, on request")

    def _count(self, download: Download, offset: int, length: int) -> None:
        """Whole once, when the last byte that was missing goes out."""
        download.sent(offset, length)
        if download.is_whole and not download.counted:
            download.counted = True
            self._note(attendance.WHOLE, download.entry, download.path)

    def _note(self, kind: str, entry: Entry, path: str) -> None:
        """With what tells a file from a later one of the same name."""
        login, host = self._scope
        now = self.exchange.clock.now()
        rest = {"size": entry.size, "placed_at": entry.at.isoformat()}
        notes = self.exchange.attendance
        notes.note(kind, login, host, now.timestamp(), path, **rest)
        if kind == attendance.DOWNLOAD and not self._is_open(path, now):
            notes.note(attendance.EARLY_OR_LATE, login, host, now.timestamp(), path)

    def _is_open(self, path: str, now: datetime) -> bool:
        holidays = self.exchange.settings.holidays
        return hours.is_folder_open(self.account, path, now, holidays)

    async def _wait(self, seconds: float | None) -> None:
        """Until the time is over, the faults are reset or the connection is lost."""
        waits = [
            asyncio.ensure_future(self.gate.lost.wait()),
            asyncio.ensure_future(self.faults.released.wait()),
        ]
        try:
            await asyncio.wait(
                waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            for wait in waits:
                wait.cancel()

    async def _cut(self) -> NoReturn:
        self.connection.abort()
        await self.gate.lost.wait()  # nothing is answered any more
        raise SFTPFailure("Cut, on request")
