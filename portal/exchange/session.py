"""One session with one SFTP server of HKEX: log in, list, read, upload, leave."""

import contextlib
import logging
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import replace
from types import TracebackType
from typing import BinaryIO, Self

from .algorithms import HKEX, Algorithms
from .answers import expect
from .dialling import dial, only_confirmed
from .errors import (
    SessionLost,
    TooLarge,
    printable,
)
from .fetch_driver import Driver
from .fetching import AnySink, Fetched, NotFetched, Sink, Wanted, results_of
from .hosts import Host, Limits, Login
from .listing import Listing
from .packets import (
    EOF,
    READ_FLAG,
    Entry,
    Fields,
    Kind,
    Malformed,
    handle_in,
    open_request,
    status_in,
    text,
)
from .sftp_wire import SftpWire
from .translate import translated
from .transport import Late
from .uploader import Callbacks, Upload, Uploaded

__all__ = [
    "Entry",
    "Fetched",
    "Host",
    "Limits",
    "Login",
    "NotFetched",
    "Session",
    "Sink",
    "Uploaded",
    "Wanted",
    "connect",
]

logger = logging.getLogger(__name__)

DEFAULT_LIMITS = Limits()
_READ_BYTES = 32 * 1024


def connect(
    host: Host,
    login: Login,
    *,
    source_address: str | None = None,
    algorithms: Algorithms = HKEX,
    limits: Limits = DEFAULT_LIMITS,
) -> "Session":
    """Log in. Use the session as a context manager: leaving it closes it hard.

    Raises NotReachable, HostKeyUnknown, HostKeyChanged, NoSharedAlgorithm: all before
    a login was tried. Raises LoginRefused; SessionLost when the line broke during it.
    """
    with translated(host, before_login=True):
        transport = dial(host, algorithms, limits, only_confirmed(host), source_address)
    try:
        with translated(host, before_login=True):
            transport.greet()
        with translated(host):
            transport.log_in(login)
            return Session(host, SftpWire(transport, limits), limits)
    except BaseException:
        transport.drop()
        raise


class Session:
    """A logged-in SFTP session, for one thread at a time.

    A session that raises SessionLost or Unclear is over: `alive` is False.
    """

    def __init__(self, host: Host, wire: SftpWire, limits: Limits) -> None:
        self.host = host
        self._wire = wire
        self._limits = limits

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        """False once the line is known to be gone; `probe` finds out."""
        return self._wire.alive

    def close(self) -> None:
        """Leave at once, without a word and without waiting for one."""
        self._wire.drop()

    def probe(self) -> None:
        """A question that changes nothing. Raises SessionLost."""
        with self._asking():
            self._wire.ask(Kind.REALPATH, text(b"."))

    def listdir(
        self, path: str, left_out: Callable[[str], None] | None = None
    ) -> list[Entry]:
        """What a folder holds, in the server's order, without `.` and `..`.

        A name that is no sound file name is left out, logged, and told to `left_out`
        in printable characters. Raises Refused, TooLarge (over `limits.max_entries`),
        SessionLost.
        """
        with self._asking():
            found = Listing(self._wire, self.host, self._limits, path).run()
        return self._sound(found, path, left_out)

    def read(self, path: str, limit: int) -> bytes:
        """A file of at most `limit` bytes. Raises Refused, TooLarge, SessionLost."""
        content = bytearray()
        give_up_at = time.monotonic() + self._limits.whole_seconds
        with self._asking():
            opening = self._wire.ask(Kind.OPEN, open_request(path, READ_FLAG))
            handle = text(handle_in(expect(opening, Kind.HANDLE, self.host, path)))
            while len(content) <= limit:
                piece = self._next(handle, len(content), path)
                if piece is None:
                    break
                _check_time(give_up_at)
                content += piece
            self._wire.ask_status(Kind.CLOSE, handle)
        if len(content) <= limit:
            return bytes(content)
        raise TooLarge(
            f"{printable(path)} on {self.host} is longer than {limit} bytes.",
            bytes(content[:limit]),
        )

    def fetch(
        self,
        wanted: Iterable[Wanted],
        open_sink: Callable[[Wanted], AnySink],
        *,
        give_up: Callable[[], bool] | None = None,
        progress: Callable[[Wanted, int], None] | None = None,
    ) -> Generator[Fetched[AnySink] | NotFetched, None, None]:
        """Each wanted file, whole in its sink or with the reason why not, as it is
        done: many are under way at once, so that the order may be another.

        `open_sink` and the sinks are called in a thread of the fetching, beside the
        caller, who may take its time with each result. `give_up` is asked ten times a
        second: once it says yes, what is not whole is dropped and the iteration ends.
        `progress` is told the bytes written, ten times a second at most.

        Until the iteration has ended, or was closed, the session can do nothing else.
        Raises SessionLost, when what was whole has been told and the rest dropped.
        """
        driver = Driver(self._wire, self.host, self._limits, wanted, open_sink)
        return results_of(driver, self.host, give_up, progress)

    def upload(
        self,
        source: BinaryIO,
        path: str,
        size: int,
        *,
        before_open: Callable[[], None],
        opened: Callable[[], None] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Uploaded:
        """Send `size` bytes of `source` to the new file `path`, once.

        `before_open` commits the caller's intent; what it raises goes through and
        nothing is sent. OPEN follows within `limits.open_within_seconds` or never.
        `opened` is called when the server has opened the file, `progress` with the
        bytes acknowledged, ten times a second at most.

        Raises BrokeBeforeOpen (or SourceUnfit) if OPEN was not sent, OpenRefused if
        the server said no to it, Unclear (or Stalled) for anything else, an exception
        of a callback included: then the connection has been cut without a CLOSE.
        """
        self._wire.check_free()
        job = Upload(self._wire, self.host, path, self._limits)
        return job.run(source, size, Callbacks(before_open, opened, progress))

    def _sound(
        self,
        found: list[tuple[bytes, Entry]],
        path: str,
        left_out: Callable[[str], None] | None,
    ) -> list[Entry]:
        sound = []
        for raw, entry in found:
            name = _file_name(raw, self._limits.max_name_length)
            if name is not None:
                sound.append(replace(entry, name=name))
            elif raw not in (b".", b".."):
                logger.warning("%s: a garbled name in %s is left out", self.host, path)
                if left_out is not None:
                    left_out(printable(raw.decode("utf-8", "replace"), 80))
        return sound

    @contextlib.contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            with translated(self.host):
                yield
        except SessionLost:
            self._wire.drop()
            raise

    def _next(self, handle: bytes, at: int, path: str) -> bytes | None:
        """The next bytes of a file; None at its end."""
        where = at.to_bytes(8, "big") + _READ_BYTES.to_bytes(4, "big")
        answer = self._wire.ask(Kind.READ, handle + where)
        if answer[0] == Kind.STATUS and status_in(answer[1]).code == EOF:
            return None
        piece = Fields(expect(answer, Kind.DATA, self.host, path)).string()
        if not 0 < len(piece) <= _READ_BYTES:
            raise Malformed("it answered READ with another length")
        return piece


def _check_time(give_up_at: float) -> None:
    """Each answer came in time; all of them together may still take for ever."""
    if time.monotonic() > give_up_at:
        raise Late("it only trickles in")


def _file_name(raw: bytes, longest: int) -> str | None:
    try:
        name = raw.decode()
    except UnicodeDecodeError:
        return None
    if name in ("", ".", "..") or "/" in name or len(name) > longest:
        return None
    return name if name.isprintable() else None
