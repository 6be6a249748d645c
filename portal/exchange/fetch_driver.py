"""The thread of a fetching: many files' requests in flight on one channel.

Each file costs OPEN, its READs at once with one that must find the end, and CLOSE,
each a round trip that is shared with those of the other files. What is asked for is
bounded in bytes and in open files; what is whole waits for the caller, bounded too.
"""

import queue
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Generic

from .answers import refusal
from .errors import ExchangeError
from .fetch_inbox import Inbox
from .fetch_types import AnySink, Fetched, NotFetched, Wanted
from .hosts import Host, Limits
from .incoming_file import IncomingFile, Piece
from .packets import (
    FAILURE,
    READ_FLAG,
    Body,
    Kind,
    Malformed,
    Status,
    handle_in,
    open_request,
    status_in,
    text,
)
from .sftp_wire import SftpWire
from .sinks import drop, sink_failed

_UNTAKEN = 32  # whole files that the caller has not looked at yet
_AT_ONCE = 8  # parts of the window; less room is not worth a message
_LOOK_EVERY = 0.05  # seconds: so long a few answers wait for more at most
_WORTH = 1024  # shorter answers that are no end are no sign of life

Request = tuple[IncomingFile[AnySink], Kind, Piece | None]


class Stopped(ExchangeError):
    """The caller wants no more."""


class Driver(Generic[AnySink]):
    """Fetches in a thread of its own; `results` says how each file went, None ends."""

    def __init__(
        self,
        wire: SftpWire,
        host: Host,
        limits: Limits,
        wanted: Iterable[Wanted],
        open_sink: Callable[[Wanted], AnySink],
    ) -> None:
        self.results: queue.SimpleQueue[Fetched[AnySink] | NotFetched | None]
        self.results = queue.SimpleQueue()
        self.why_ended: Exception | None = None
        self._wire = wire
        self._host = host
        self._limits = limits
        self._open_sink = open_sink
        self._waiting = deque(wanted)
        self._alone: deque[Wanted] = deque()
        self._most_files = wire.most_files
        self._files: list[IncomingFile[AnySink]] = []
        self._requests: dict[int, Request[AnySink]] = {}
        self._unsent: list[tuple[int, Kind, bytes]] = []
        self._inbox = Inbox(limits.stall_seconds)
        self._stop_by: float | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask for nothing more; what is under way is dropped. From any thread."""
        if self._stop_by is None:
            self._stop_by = time.monotonic() + self._limits.call_seconds
            self._inbox.wake()

    def taken(self) -> None:
        """The caller has taken a result: there is room for another."""
        self._inbox.wake()

    def join(self) -> None:
        """Wait for the end of a stopped driver; the line is dropped if it is late."""
        self._thread.join(self._limits.call_seconds + 1)
        if self._thread.is_alive():
            self._wire.drop()

    def written(self) -> list[tuple[Wanted, int]]:
        """What has been written of the files under way. From any thread."""
        return [(file.wanted, file.written) for file in list(self._files)]

    def _run(self) -> None:
        self._wire.taken = True
        try:
            self._fetch_all()
        except Exception as error:  # noqa: BLE001  whatever it is, the caller must hear
            self.why_ended = error
            self._wire.drop()
        finally:
            for file in self._files:
                if not file.told:
                    self._drop_sink(file)
            self._wire.taken = False
            self.results.put(None)

    def _fetch_all(self) -> None:
        self._inbox.sign_of_life()  # the caller may have waited with the first `next`
        self._ask()
        while self._files or self._left:
            until = min(self._deadline(), time.monotonic() + _LOOK_EVERY)
            for request_id, kind, body in self._inbox.take(until, len(self._requests)):
                self._take(request_id, kind, body)
            self._wire.widen()
            self._ask()
            self._check_time()

    @property
    def _left(self) -> bool:
        return self._stop_by is None and bool(self._waiting or self._alone)

    def _deadline(self) -> float:
        return self._stop_by or self._inbox.give_up_at()

    def _check_time(self) -> None:
        if not self._requests:
            self._inbox.sign_of_life()  # nobody was asked: nobody is late
        self._inbox.check_stall()
        if self._stop_by and time.monotonic() > self._stop_by:
            raise Stopped("The fetching was stopped.")

    def _ask(self) -> None:
        if self._stop_by is not None:
            for file in self._files:
                self._fail(file, Stopped("The fetching was stopped."))
        self._open_more()
        window = self._limits.fetch_window_bytes
        room = window - sum(f.held for f in self._files)
        is_worth_it = room >= window // _AT_ONCE
        for file in self._files:
            if file.handle is not None:
                if is_worth_it or file.has_rests or not file.held:
                    room = self._read_on(file, file.handle, room)
                self._close_if_over(file, file.handle)
        if unsent := self._unsent:
            self._unsent = []
            self._wire.begin_all(unsent, self._inbox, self._inbox.give_up_at)

    def _open_more(self) -> None:
        while self._left and self._room_for_a_file():
            wanted = (self._waiting or self._alone).popleft()
            file = IncomingFile[AnySink](self._host, wanted)
            self._files.append(file)
            self._want(Kind.OPEN, open_request(wanted.path, READ_FLAG), file)

    def _room_for_a_file(self) -> bool:
        if not self._waiting:
            return not self._files
        return (
            len(self._files) < self._most_files
            and self.results.qsize() < _UNTAKEN
            and sum(f.unasked for f in self._files) < self._limits.fetch_window_bytes
        )

    def _read_on(self, file: IncomingFile[AnySink], handle: bytes, room: int) -> int:
        longest = self._wire.read_bytes
        while piece := file.next_piece(longest, max(room, longest - file.held)):
            room -= piece.length
            file.in_flight += 1
            body = text(handle) + struct.pack(">QI", *piece)
            self._want(Kind.READ, body, file, piece)
        return room

    def _close_if_over(self, file: IncomingFile[AnySink], handle: bytes) -> None:
        if file.over and not file.closing:
            file.closing = True
            self._want(Kind.CLOSE, text(handle), file)

    def _want(
        self,
        kind: Kind,
        body: bytes,
        file: IncomingFile[AnySink],
        piece: Piece | None = None,
    ) -> None:
        number = self._wire.new_id()
        self._requests[number] = file, kind, piece
        self._unsent.append((number, kind, body))

    def _take(self, request_id: int, kind: int, body: Body) -> None:
        file, asked, piece = self._requests.pop(request_id)
        if piece is not None:
            self._take_read(file, piece, kind, body)
            return
        if asked == Kind.OPEN:
            self._take_open(file, kind, body)
        else:
            self._files.remove(file)
        self._inbox.sign_of_life()

    def _take_open(self, file: IncomingFile[AnySink], kind: int, body: Body) -> None:
        if kind == Kind.STATUS:
            self._files.remove(file)
            self._take_refusal(file, status_in(body))
            return
        if kind != Kind.HANDLE:
            raise Malformed("it answered OPEN with something else than a handle")
        file.handle = handle_in(body)
        if file.error is None:
            try:
                file.sink = self._open_sink(file.wanted)
            except Exception as error:  # noqa: BLE001  whatever our own place raised
                self._went_wrong(file, error)

    def _take_refusal(self, file: IncomingFile[AnySink], status: Status) -> None:
        opened = sum(other.handle is not None for other in self._files)
        if status.code == FAILURE and self._files and file.error is None:
            # It may be one file too many: later again, when no other is open.
            self._most_files = opened or self._most_files
            self._alone.append(file.wanted)
        else:
            self._fail(file, refusal(status, self._host, file.wanted.path))

    def _take_read(
        self, file: IncomingFile[AnySink], piece: Piece, kind: int, body: Body
    ) -> None:
        file.in_flight -= 1
        try:
            for block in file.answered(piece, kind, body):
                if file.sink is not None and not file.told:
                    file.sink.write(block)
        except Exception as error:  # noqa: BLE001  whatever our own place raised
            self._went_wrong(file, error)
        if kind == Kind.STATUS or len(body) > min(_WORTH, piece.length):
            self._inbox.sign_of_life()  # our own writing is no stall of theirs
        if file.complete and not file.told and file.sink is not None:
            file.told = True
            self.results.put(Fetched(file.wanted, file.sink))

    def _went_wrong(self, file: IncomingFile[AnySink], error: Exception) -> None:
        """It costs this file; only what is no SFTP costs the session."""
        if isinstance(error, Malformed):
            raise error
        if not isinstance(error, ExchangeError):
            error = sink_failed(file.wanted.path, error)
        self._fail(file, error)

    def _fail(self, file: IncomingFile[AnySink], error: ExchangeError) -> None:
        if file.told:
            return
        file.told = True
        file.failed(error)
        self._drop_sink(file)
        if not isinstance(error, Stopped):
            self.results.put(NotFetched(file.wanted, error))

    def _drop_sink(self, file: IncomingFile[AnySink]) -> None:
        sink, file.sink = file.sink, None
        if sink is not None:
            drop(sink)
