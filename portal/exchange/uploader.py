"""The verified-window uploader: every WRITE and the CLOSE answered, or it is unclear.

OPEN is the point of no return. Nothing is sent before the caller has committed its
intent, and nothing but OPEN, WRITE and CLOSE is ever sent: ECP hides the file at once,
so that a stat would fail on a good upload, and forbids rename (Guide A §4.3, §4.4).
"""

import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from .errors import (
    BrokeBeforeOpen,
    OpenRefused,
    SourceUnfit,
    Stage,
    Stalled,
    Unclear,
    printable,
)
from .hosts import Host, Limits
from .packets import (
    NEW_FILE_FLAGS,
    OK,
    Kind,
    Malformed,
    handle_in,
    open_request,
    status_in,
    text,
)
from .read_ahead import ReadAhead, SourceFailed
from .sftp_wire import SftpWire, Single
from .translate import translation
from .transport import Late, NotSent
from .write_window import WriteRefused, WriteWindow

_TELL_EVERY = 0.1
_DOING = {"open": "opened", "write": "written", "close": "closed"}


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that the server took to its end; `sha256` is upper-case hex."""

    size: int
    sha256: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Callbacks:
    """What the caller does meanwhile; see `Session.upload`."""

    before_open: Callable[[], None]
    opened: Callable[[], None] | None = None
    progress: Callable[[int], None] | None = None


class Upload:
    """One file to one path, once."""

    def __init__(self, wire: SftpWire, host: Host, path: str, limits: Limits) -> None:
        self._wire = wire
        self._host = host
        self._path = path
        self._limits = limits
        self._window = WriteWindow(limits.stall_seconds)
        self._stage: Stage = "open"
        self._told_at = 0.0

    def run(self, source: BinaryIO, size: int, callbacks: Callbacks) -> Uploaded:
        """Raises what `Session.upload` says."""
        if size <= 0:
            raise SourceUnfit("HKEX takes no file of 0 bytes; nothing was sent.")
        with ReadAhead(source, size, _block_bytes(self._wire.write_bytes)) as blocks:
            first = self._first_block(blocks)
            callbacks.before_open()
            began = time.monotonic()
            opening = self._send_open(began + self._limits.open_within_seconds)
            try:
                handle = self._opened(opening, callbacks)
                self._write_all(handle, first, blocks, callbacks.progress)
                self._close(handle)
            except OpenRefused:
                raise
            except Exception as error:
                self._wire.drop(cut=True)
                raise self._unclear(error) from error
            except BaseException:
                self._wire.drop(cut=True)
                raise
        return Uploaded(size, blocks.sha256, time.monotonic() - began)

    def _first_block(self, blocks: ReadAhead) -> bytes:
        try:
            return blocks.next(self._limits.stall_seconds)
        except SourceFailed as error:
            raise SourceUnfit(
                f"Our copy of {self._name} cannot be sent: {error}. Nothing was sent."
            ) from error

    def _send_open(self, give_up_at: float) -> Single:
        if time.monotonic() > give_up_at:
            raise BrokeBeforeOpen(
                f"Getting ready took too long to open {self._name} on {self._host}; "
                "nothing was sent."
            )
        opening = Single()
        request = open_request(self._path, NEW_FILE_FLAGS)
        try:
            self._wire.begin(Kind.OPEN, request, opening, lambda: give_up_at)
        except NotSent as error:
            self._wire.drop(cut=True)
            raise BrokeBeforeOpen(
                f"The connection to {self._host} failed before {self._name} was "
                "opened there; nothing was sent."
            ) from error
        except Exception as error:
            self._wire.drop(cut=True)
            raise self._unclear(error) from error
        return opening

    def _opened(self, opening: Single, callbacks: Callbacks) -> bytes:
        kind, body = opening.wait(self._limits.stall_seconds)
        if kind == Kind.STATUS:
            status = status_in(body)
            if status.code == OK:
                raise Malformed("it answered OPEN with success and no handle")
            raise OpenRefused(
                f"{self._host} refused to open {self._name}: {status.word}"
                f" ({printable(status.said)}). Nothing was sent.",
                status.code,
            )
        if kind != Kind.HANDLE:
            raise Malformed("it answered OPEN with something else than a handle")
        if callbacks.opened is not None:
            callbacks.opened()
        return handle_in(body)

    def _write_all(
        self,
        handle: bytes,
        block: bytes,
        blocks: ReadAhead,
        progress: Callable[[int], None] | None,
    ) -> None:
        self._stage = "write"
        head = text(handle)
        offset = 0
        while block:
            for at in range(0, len(block), self._wire.write_bytes):
                piece = block[at : at + self._wire.write_bytes]
                self._wait_below(self._limits.writes_in_flight, progress)
                self._write(head, offset + at, piece)
            offset += len(block)
            block = blocks.next(self._limits.stall_seconds)
        self._wait_below(1, progress)
        self._tell(progress, last=True)

    def _write(self, head: bytes, offset: int, block: bytes) -> None:
        request_id = self._wire.new_id()
        self._window.sending(request_id, len(block))
        fields = head + struct.pack(">QI", offset, len(block))
        give_up_at = self._window.give_up_at
        self._wire.begin(
            Kind.WRITE, block, self._window, give_up_at, request_id, fields
        )

    def _wait_below(self, most: int, progress: Callable[[int], None] | None) -> None:
        while not self._window.has_room(most, _TELL_EVERY):
            self._tell(progress)
        self._wire.widen()  # answers, too, use up what the server may send
        self._tell(progress)

    def _tell(
        self, progress: Callable[[int], None] | None, *, last: bool = False
    ) -> None:
        now = time.monotonic()
        if progress is not None and (last or now - self._told_at >= _TELL_EVERY):
            self._told_at = now
            progress(self._window.bytes_acknowledged)

    def _close(self, handle: bytes) -> None:
        self._stage = "close"
        limit = self._limits.stall_seconds
        status = self._wire.ask_status(Kind.CLOSE, text(handle), limit)
        if status.code != OK:
            raise WriteRefused(status)

    @property
    def _name(self) -> str:
        return printable(self._path)

    def _unclear(self, error: Exception) -> Unclear:
        kind = Stalled if isinstance(error, Late) else Unclear
        return kind(
            f"{self._why(error)} It is not known what HKEX has.",
            stage=self._stage,
            bytes_acknowledged=self._window.bytes_acknowledged,
            bytes_sent=self._window.bytes_sent,
        )

    def _why(self, error: Exception) -> str:
        during = f"while {self._name} was being {_DOING[self._stage]}"
        match error:
            case WriteRefused(status=status):
                said = printable(status.said)
                return f"{self._host} answered {status.word} ({said}) {during}."
            case SourceFailed():
                return f"Our copy failed {during} on {self._host}: {error}."
            case Late():
                seconds = f"{self._limits.stall_seconds:g} s"
                return f"{self._host} answered nothing for {seconds} {during}."
        known = translation(self._host, error)
        if known is None:
            return f"A fault of ours ended the connection to {self._host} {during}."
        return f"{known.sentence} This happened {during}."


def _block_bytes(write_bytes: int) -> int:
    """Whole WRITEs of about 256 KiB: waking the reader for each costs too much."""
    return write_bytes * max(1, 256 * 1024 // write_bytes)
