"""The one module that knows paramiko's private parts: a pinned, limited connection."""

import contextlib
import logging
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable
from typing import Protocol

import paramiko
from paramiko.common import (
    MSG_CHANNEL_CLOSE,
    MSG_CHANNEL_DATA,
    MSG_CHANNEL_EOF,
    MSG_CHANNEL_EXTENDED_DATA,
)
from paramiko.ssh_exception import IncompatiblePeer

from .algorithms import Algorithms
from .hosts import Limits, Login
from .packetizer import BoundedPacketizer
from .sealing import Parts

# paramiko logs what the server says, word for word. Our exceptions say what matters.
_SILENT = "portal.exchange.paramiko"
logging.getLogger(_SILENT).addHandler(logging.NullHandler())
logging.getLogger(_SILENT).setLevel(logging.CRITICAL + 1)

MOST_EXTENSIONS = 64
_DATA_HEAD = 9  # type, channel, length


class Late(Exception):
    """A limit passed and what was waited for had not come."""


class NotSent(Exception):
    """A message was given up before one byte of it was on its way."""


class NotSentInTime(NotSent, Late):
    """As NotSent, because a limit passed."""


class Listener(Protocol):
    """Who hears what the SFTP channel says; called in the transport's thread."""

    def place(self, size: int) -> memoryview | None:
        """Where the next packet of so many bytes is best opened; None: anywhere."""

    def fed(self, piece: memoryview) -> None:
        """The next bytes of the stream. An exception ends the connection."""

    def passed_over(self, size: int) -> None:
        """So many bytes came that are none of the stream."""

    def ended(self, why: Exception) -> None:
        """There will be no more bytes. May be called more than once."""


class PinnedTransport(paramiko.Transport):
    """Offers only the given algorithms, and shows each host key to `check_host_key`.

    The check runs inside each key exchange, also those in the middle of a session,
    so that a raised exception ends the connection before anybody logs in.
    """

    def __init__(
        self,
        sock: socket.socket,
        algorithms: Algorithms,
        limits: Limits,
        check_host_key: Callable[[bytes], None],
    ) -> None:
        super().__init__(sock, packetizer_class=BoundedPacketizer)
        assert isinstance(self.packetizer, BoundedPacketizer)  # noqa: S101
        self.bounded = self.packetizer
        self.bounded.take = self._take
        self.bounded.REKEY_BYTES = limits.rekey_bytes
        self.set_log_channel(_SILENT)
        self.bounded.set_log(self.logger)
        self.clear_to_send_timeout = limits.call_seconds
        self._line = sock
        self._limits = limits
        self._check_host_key = check_host_key
        self._listener: Listener | None = None
        self._heard: int | None = None
        self.offer: dict[str, list[str]] = {}
        self.server_extensions: dict[str, bytes]
        self._preferred_kex = algorithms.kex
        self._preferred_ciphers = algorithms.ciphers
        self._preferred_macs = algorithms.macs
        self._preferred_keys = algorithms.host_keys
        self._preferred_pubkeys = algorithms.signatures
        self._channel_handler_table = {
            **paramiko.Transport._channel_handler_table,  # type: ignore[attr-defined]
            MSG_CHANNEL_DATA: self._hear,
            MSG_CHANNEL_EXTENDED_DATA: self._pass_over,
            MSG_CHANNEL_EOF: self._hear_end,
            MSG_CHANNEL_CLOSE: self._hear_end,
        }

    @property
    def preferred_keys(self) -> tuple[str, ...]:
        """As given: paramiko would add a certificate type for each."""
        return self._preferred_keys

    def run(self) -> None:
        """The transport's thread; the listener hears of its end, whatever ended it."""
        try:
            super().run()
        finally:
            self._tell_end()

    def greet(self) -> None:
        """Exchange keys. Raises Late, or what paramiko or the check raised."""
        done = threading.Event()
        self.start_client(event=done)
        if not done.wait(self._limits.connect_seconds):
            raise Late("no keys were exchanged in time")
        if not self.active or not self.initial_kex_done:
            raise self.why_ended()

    def log_in(self, login: Login) -> None:
        """Raises AuthenticationException only for the server's no; Late; what ended it.

        To paramiko a line that is cut, and an answer that does not come, are
        AuthenticationException too.
        """
        answered = _Answered(self)
        self.auth_publickey(login.login_id, login.private_key, event=answered)
        if not answered.wait(self._limits.call_seconds):
            raise Late("the login was not answered in time")
        if not answered.by_server:
            raise _no_signature_shared(self.why_ended())
        if self.auth_handler is None or not self.auth_handler.is_authenticated():
            raise paramiko.AuthenticationException

    def why_ended(self) -> Exception:
        """What ended the connection, or EOFError if nobody knows."""
        return self.saved_exception or EOFError()

    @property
    def server_signatures(self) -> list[str]:
        """What the server takes for logins, if it has said so by now."""
        said = self.server_extensions.get("server-sig-algs", b"")
        return said.decode("ascii", "replace").split(",") if said else []

    def listen(self, listener: Listener) -> None:
        """From now on the bytes of the one channel go straight to `listener`."""
        self._listener = listener
        self.bounded.place = listener.place

    def hear(self, channel: paramiko.Channel) -> None:
        """This is the one channel: its bytes go past paramiko."""
        self._heard = channel.chanid

    def post(self, messages: Iterable[Parts], give_up_at: Callable[[], float]) -> None:
        """Send SSH messages, after a key exchange that may be under way.

        Raises NotSent if it was given up before its first byte; EOFError or Late if
        the line broke with some of it on its way.
        """
        while True:
            if not self.active:
                raise NotSent("the connection is gone")
            if time.monotonic() > give_up_at():
                raise NotSentInTime("the keys were being renewed for too long")
            if not self.clear_to_send.wait(0.1):
                continue
            with self.clear_to_send_lock:
                if self.clear_to_send.is_set():
                    self._send_now(messages)
                    return

    def drop(self, *, cut: bool = False) -> None:
        """End the connection now and wait for the thread; `cut` throws away what waits.

        Nothing is said to the server: neither end of file nor CLOSE.
        """
        self.active = False
        with contextlib.suppress(OSError):  # it may be closed already
            if cut:
                linger = struct.pack("ii", 1, 0)
                self._line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self._line.shutdown(socket.SHUT_RD)  # wakes the thread, tells nobody
        self.bounded.close()
        if self.is_alive() and threading.current_thread() is not self:
            self.join(self._limits.connect_seconds)
        self._tell_end()

    def _send_now(self, messages: Iterable[Parts]) -> None:
        try:
            self.bounded.send_batch(messages)
        except TimeoutError as error:
            raise Late("the exchange reads nothing") from error

    def _tell_end(self) -> None:
        if self._listener is not None:
            self._listener.ended(self.why_ended())

    def _take(self, content: memoryview) -> bool:
        """Sound bytes of the channel go past paramiko, which copies them thrice.

        Not so when its loop must see what comes: in a key exchange, and at the end.
        """
        if content[0] != MSG_CHANNEL_DATA or len(content) < _DATA_HEAD:
            return False
        number, length = struct.unpack_from(">II", content, 1)
        if (
            self._listener is None
            or not self.active
            or self._expected_packet  # type: ignore[attr-defined]
            or self.bounded.need_rekey()
            or length != len(content) - _DATA_HEAD
            or number != self._heard
        ):
            return False
        self._listener.fed(content[_DATA_HEAD:])
        return True

    def _hear(self, channel: paramiko.Channel, message: paramiko.Message) -> None:
        raw = message.asbytes()  # after the type: channel number, length, bytes
        if len(raw) < 8 or int.from_bytes(raw[4:8], "big") != len(raw) - 8:
            raise paramiko.SSHException("it sent channel bytes of another length")
        if self._listener is not None:
            self._listener.fed(memoryview(raw)[8:])

    def _pass_over(self, channel: paramiko.Channel, message: paramiko.Message) -> None:
        """What the server writes to its error stream is kept nowhere."""
        message.get_int()  # which stream
        if self._listener is not None:
            self._listener.passed_over(len(message.get_string()))

    def _hear_end(self, channel: paramiko.Channel, message: paramiko.Message) -> None:
        # An SFTP channel that ends leaves nothing to talk about.
        raise EOFError

    def _verify_key(self, host_key: bytes, sig: bytes) -> None:
        super()._verify_key(host_key, sig)  # type: ignore[misc]
        self._check_host_key(bytes(host_key))

    def _really_parse_kex_init(
        self, m: paramiko.Message, ignore_first_byte: bool = False
    ) -> dict[str, list[str]]:
        parsed: dict[str, list[str]] = super()._really_parse_kex_init(  # type: ignore[misc]
            m, ignore_first_byte
        )
        if not self.offer:
            self.offer = {k: list(v) for k, v in parsed.items() if isinstance(v, list)}
        return parsed

    def _parse_ext_info(self, msg: paramiko.Message) -> None:
        if msg.get_int() > MOST_EXTENSIONS:
            raise paramiko.SSHException("it announced too many extensions")
        msg.rewind()
        super()._parse_ext_info(msg)  # type: ignore[misc]


class _Answered(threading.Event):
    """Remembers whether the server answered or the connection had ended."""

    def __init__(self, transport: paramiko.Transport) -> None:
        super().__init__()
        self._transport = transport
        self.by_server = False

    def set(self) -> None:
        if not self.is_set():
            self.by_server = self._transport.is_active()
        super().set()


def _no_signature_shared(why: Exception) -> Exception:
    if isinstance(why, paramiko.AuthenticationException):
        return IncompatiblePeer("no acceptable signature")
    return why
