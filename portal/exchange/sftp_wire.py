"""SFTP requests in flight on one channel, and who waits for each answer."""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Protocol

from .hosts import Limits
from .packets import (
    Body,
    Fields,
    Kind,
    Malformed,
    Status,
    head,
    status_in,
    text,
)
from .sftp_channel import WIDEN_AFTER, SftpChannel
from .sftp_stream import SftpStream
from .transport import Late, NotSent, NotSentInTime, PinnedTransport

VERSION = 3
_HELLO = -1  # VERSION, the answer to INIT, carries no request id
_LIMITS = b"limits@openssh.com"
_MOST_EXTENSIONS = 64

Answer = tuple[int, Body]


class Waiting(Protocol):
    """Who waits for an answer; called in the transport's thread."""

    def answered(self, request_id: int, kind: int, body: Body) -> None:
        """The answer. An exception ends the connection."""

    def ended(self, why: Exception) -> None:
        """There will be no answer."""


class Single:
    """Waits for one answer."""

    def __init__(self) -> None:
        self._done = threading.Event()
        self._answer: Answer | None = None
        self._why: Exception = EOFError()

    def answered(self, request_id: int, kind: int, body: Body) -> None:
        self._answer = kind, body
        self._done.set()

    def ended(self, why: Exception) -> None:
        self._why = why
        self._done.set()

    def wait(self, seconds: float) -> Answer:
        """Raises Late, or what ended the connection."""
        if not self._done.wait(seconds):
            raise Late("no answer came in time")
        if self._answer is None:
            raise self._why
        return self._answer


class SftpWire:
    """One SFTP session; for one thread at a time.

    An answer to nothing that was asked, or a packet that is too long, ends the
    connection: everybody who waits is told why.
    """

    def __init__(self, transport: PinnedTransport, limits: Limits) -> None:
        self._transport = transport
        self._limits = limits
        self._lock = threading.Lock()
        self._waiting: dict[int, Waiting] = {}
        self._why_ended: Exception | None = None
        self._stream = SftpStream(self._come)
        self._heard = 0  # in all; written in the transport's thread only
        self._widened = 0  # of these, what the server may send again
        self._next_id = 0
        transport.listen(self)
        self._channel = SftpChannel(transport, limits.call_seconds)
        self.write_bytes = limits.write_bytes
        self.read_bytes = limits.read_bytes
        self.most_files = limits.files_in_flight
        self.taken = False  # by a fetching, in a thread of its own
        self._greet()

    @property
    def alive(self) -> bool:
        return self._why_ended is None and self._transport.is_active()

    def drop(self, *, cut: bool = False) -> None:
        """End the connection; see `PinnedTransport.drop`."""
        self._transport.drop(cut=cut)

    def begin(
        self,
        kind: Kind,
        body: bytes,
        waiting: Waiting,
        give_up_at: Callable[[], float],
        request_id: int | None = None,
        fields: bytes = b"",
    ) -> None:
        """Send a request: its id (a new one unless given), `fields` and `body`.

        Raises NotSent only if not one byte of it went; else EOFError or Late.
        """
        number = self.new_id() if request_id is None else request_id
        self._expect(number, waiting)
        begun = head(kind, number, len(fields) + len(body)) + fields
        self._channel.send(begun, body, give_up_at)

    def begin_all(
        self,
        requests: Iterable[tuple[int, Kind, bytes]],
        waiting: Waiting,
        give_up_at: Callable[[], float],
    ) -> None:
        """Send short requests in one piece: the new id, the kind and the body of each.

        Raises as `begin`.
        """
        packets = bytearray()
        for number, kind, body in requests:
            self._expect(number, waiting)
            packets += head(kind, number, len(body)) + body
        self._channel.send(bytes(packets), b"", give_up_at)

    def new_id(self) -> int:
        """A request id that is not in use."""
        self._next_id = (self._next_id + 1) & 0x7FFFFFFF
        return self._next_id

    def ask(self, kind: Kind, body: bytes, seconds: float | None = None) -> Answer:
        """The kind and body of the answer. Raises NotSent, Late, what ended it."""
        self.check_free()
        limit = self._limits.call_seconds if seconds is None else seconds
        deadline = time.monotonic() + limit
        single = Single()
        self.begin(kind, body, single, lambda: deadline)
        answer = single.wait(max(0.0, deadline - time.monotonic()))
        self.widen()
        return answer

    def ask_status(
        self, kind: Kind, body: bytes, seconds: float | None = None
    ) -> Status:
        """As `ask`, for a request that is answered by a status only."""
        answer, content = self.ask(kind, body, seconds)
        if answer != Kind.STATUS:
            raise Malformed("it answered something else than a status")
        return status_in(content)

    def check_free(self) -> None:
        """Two threads at once would garble what is sent."""
        if self.taken:
            raise RuntimeError("a fetching is under way: close it first")

    def widen(self) -> None:
        """Let the server send as much again as it has sent, once that is much.

        `ask` does it too; who only begins requests calls it as answers come.
        """
        heard = self._heard
        if heard - self._widened > WIDEN_AFTER:
            try:
                self._channel.widen(heard - self._widened)
            except NotSentInTime:
                return  # keys are being renewed: with the next answer, then
            self._widened = heard

    def place(self, size: int) -> memoryview | None:
        """See `SftpStream.place`; in the transport's thread."""
        return self._stream.place(size)

    def fed(self, piece: memoryview) -> None:
        """The channel's next bytes, in the transport's thread."""
        self._heard += len(piece)
        self._stream.fed(piece)

    def passed_over(self, size: int) -> None:
        """Bytes that nobody hears, but that the server's window was used up by."""
        self._heard += size

    def ended(self, why: Exception) -> None:
        """Tell everybody who waits, once."""
        with self._lock:
            self._why_ended = self._why_ended or why
            waiting, self._waiting = self._waiting, {}
        for one in dict.fromkeys(waiting.values()):
            one.ended(self._why_ended)

    def _expect(self, number: int, waiting: Waiting) -> None:
        with self._lock:
            if self._why_ended is not None:
                raise NotSent("the connection is gone") from self._why_ended
            self._waiting[number] = waiting

    def _come(self, kind: int, number: int, rest: memoryview) -> None:
        if kind == Kind.VERSION:
            self._deliver(_HELLO, kind, number.to_bytes(4, "big") + rest)
        else:
            self._deliver(number, kind, rest)

    def _deliver(self, number: int, kind: int, body: Body) -> None:
        with self._lock:
            waiting = self._waiting.pop(number, None)
        if waiting is None:
            raise Malformed("an answer to nothing that was asked")
        waiting.answered(number, kind, body)

    def _greet(self) -> None:
        hello = Single()
        self._expect(_HELLO, hello)
        deadline = time.monotonic() + self._limits.call_seconds
        hi = head(Kind.INIT, VERSION, 0)
        self._channel.send(hi, b"", lambda: deadline)
        _, body = hello.wait(self._limits.call_seconds)
        fields = Fields(body)
        if fields.u32() != VERSION:
            raise Malformed("it speaks another version of SFTP")
        for _ in range(_MOST_EXTENSIONS):
            if not fields.left:
                return
            if fields.string() == _LIMITS:
                self._learn_limits()
            fields.string()

    def _learn_limits(self) -> None:
        """Longer READs and WRITEs than 32 KiB only where the server takes them."""
        kind, body = self.ask(Kind.EXTENDED, text(_LIMITS))
        if kind != Kind.EXTENDED_REPLY:
            return
        fields = Fields(body)
        packet, read, write = fields.u64(), fields.u64(), fields.u64()
        if packet > 2048 and write > 0:
            self.write_bytes = min(packet - 1024, write, self._limits.max_write_bytes)
        # Every server must take 32 KiB: shorter READs would only be more answers.
        longest = min(packet - 1024, read, self._limits.max_read_bytes)
        self.read_bytes = max(self.read_bytes, longest)
        if fields.left and (open_files := fields.u64()):
            self.most_files = min(open_files, self._limits.files_in_flight)
