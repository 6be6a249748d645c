"""Listing a folder with several READDIRs in flight, whatever the round trip.

A server that answers one of them with a failure may not bear several at once: it is
then asked again, one by one.
"""

import time
from collections import deque

from .answers import expect
from .errors import Refused, TooLarge, printable
from .hosts import Host, Limits
from .packets import (
    EOF,
    Body,
    Entry,
    Kind,
    Malformed,
    entries_in,
    handle_in,
    status_in,
    text,
)
from .sftp_wire import Answer, SftpWire, Single
from .transport import Late

Found = list[tuple[bytes, Entry]]

_MOST_IN_FLIGHT = 32


class _Failed(Exception):
    """A READDIR was refused while others were under way."""


class Listing:
    """One folder, listed once."""

    def __init__(self, wire: SftpWire, host: Host, limits: Limits, path: str) -> None:
        self._wire = wire
        self._host = host
        self._limits = limits
        self._path = path
        self._give_up_at = time.monotonic() + limits.whole_seconds

    def run(self) -> Found:
        """The entries with their raw names, in the server's order.

        Raises Refused, TooLarge, and what ended the connection.
        """
        try:
            return self._listed(_MOST_IN_FLIGHT)
        except _Failed:
            return self._listed(1)

    def _listed(self, most: int) -> Found:
        opening = self._wire.ask(Kind.OPENDIR, text(self._path.encode()))
        handle = text(handle_in(self._expect(opening, Kind.HANDLE)))
        try:
            found = self._read_all(handle, most)
        except (Refused, TooLarge, _Failed):
            self._close(handle)
            raise
        self._close(handle)
        return found

    def _close(self, handle: bytes) -> None:
        self._wire.ask_status(Kind.CLOSE, handle)

    def _read_all(self, handle: bytes, most: int) -> Found:
        """Twice as many in flight after each answer: most folders are short."""
        found: Found = []
        asked: deque[Single] = deque()
        width, ended = min(2, most), False
        while asked or not ended:
            while not ended and len(asked) < width:
                asked.append(self._ask_more(handle))
            more = self._answer(asked.popleft(), alone=most == 1)
            ended = ended or not more
            found += more
            if len(found) > self._limits.max_entries:
                shown = printable(self._path)
                raise TooLarge(f"{shown} on {self._host} holds too much.")
            width = min(2 * width, most)
        return found

    def _ask_more(self, handle: bytes) -> Single:
        single = Single()
        deadline = time.monotonic() + self._limits.call_seconds
        self._wire.begin(Kind.READDIR, handle, single, lambda: deadline)
        return single

    def _answer(self, single: Single, *, alone: bool) -> Found:
        """Some entries; none at the end."""
        kind, body = single.wait(self._limits.call_seconds)
        self._wire.widen()
        if time.monotonic() > self._give_up_at:
            # Each answer came in time; all of them together may still take for ever.
            raise Late("it only trickles in")
        if kind == Kind.STATUS and status_in(body).code == EOF:
            return []
        try:
            found = entries_in(self._expect((kind, body), Kind.NAME))
        except Refused as error:
            if alone:
                raise
            raise _Failed from error
        if not found:
            raise Malformed("it listed nothing, without end")
        return found

    def _expect(self, answer: Answer, wanted: Kind) -> Body:
        return expect(answer, wanted, self._host, self._path)
