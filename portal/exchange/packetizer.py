"""paramiko's packet layer, with bounded packets and no write that waits for ever."""

import errno
import math
import socket
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import paramiko
from paramiko.packet import NeedRekeyException, Packetizer

from .incoming_bytes import IncomingBytes
from .opening import Opener, Place
from .sealing import Parts, Sealer

LONGEST_LINE = 8 * 1024
LONGEST_PACKET = 320 * 1024
_BATCH_BYTES = 288 * 1024


def never() -> float:
    """A moment, on the monotonic clock, that does not come."""
    return math.inf


def _nothing(content: memoryview) -> bool:
    return False


def _anywhere(size: int) -> memoryview | None:
    return None


class BoundedPacketizer(Packetizer):
    """A stranger's length field allocates nothing, and no write waits for ever.

    `give_up_at` is the moment at which a write that is stuck is given up; whoever
    starts an operation sets it. paramiko's own would spin until the line is closed.
    `place` says where the next message is best opened. `take` sees each opened message
    first and answers whether it took it; its bytes are others after that.
    """

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock)
        self._line = sock
        self._incoming = IncomingBytes()
        self._opener: Opener | None = None
        self._opened_packets = 0
        self.take: Callable[[memoryview], bool] = _nothing
        self.place: Place = _anywhere
        self.give_up_at: Callable[[], float] = never
        self._sealer: Sealer | None = None
        self._sealing = threading.RLock()
        self._sealed_bytes = 0
        self._outgoing = memoryview(bytearray(_BATCH_BYTES))

    def set_outbound_cipher(  # noqa: PLR0913, PLR0917  the shape is paramiko's
        self,
        block_engine: Any,
        block_size: int,
        mac_engine: Any,
        mac_size: int,
        mac_key: Any,
        sdctr: bool = False,
        etm: bool = False,
        aead: bool = False,
        iv_out: bytes | None = None,
    ) -> None:
        """New keys; from here on AES-GCM packets are sealed by us."""
        super().set_outbound_cipher(
            block_engine,
            block_size,
            mac_engine,
            mac_size,
            mac_key,
            sdctr=sdctr,
            etm=etm,
            aead=aead,
            iv_out=iv_out,
        )
        self._sealed_bytes = 0
        self._sealer = Sealer(block_engine, iv_out) if aead and iv_out else None

    def set_inbound_cipher(
        self,
        block_engine: Any,
        block_size: int,
        mac_engine: Any,
        mac_size: int,
        mac_key: Any,
        etm: bool = False,
        aead: bool = False,
        iv_in: bytes | None = None,
    ) -> None:
        """New keys; from here on AES-GCM packets are opened by us."""
        super().set_inbound_cipher(
            block_engine,
            block_size,
            mac_engine,
            mac_size,
            mac_key,
            etm=etm,
            aead=aead,
            iv_in=iv_in,
        )
        self._opener = (
            Opener(block_engine, iv_in, LONGEST_PACKET) if aead and iv_in else None
        )

    def send_message(self, data: paramiko.Message) -> None:
        """One message of paramiko's own."""
        if self._sealer is None:
            super().send_message(data)
        else:
            self.send_batch([[data.asbytes()]])

    def send_batch(self, messages: Iterable[Parts]) -> None:
        """Several messages, in one piece under AES-GCM: it saves half of the time.

        Raises as `write_all`.
        """
        if self._sealer is None:
            for parts in messages:
                super().send_message(paramiko.Message(b"".join(parts)))
            return
        with self._sealing:
            used = 0
            for parts in messages:
                if used and used + self._sealer.sealed_size(parts) > _BATCH_BYTES:
                    self._flush(used)
                    used = 0
                used += self._sealer.seal(parts, self._outgoing[used:])
            self._flush(used)

    def _flush(self, size: int) -> None:
        self.write_all(self._outgoing[:size])
        self._sealed_bytes += size
        if self._sealed_bytes >= self.REKEY_BYTES and not self.need_rekey():
            self._trigger_rekey()  # type: ignore[attr-defined]

    def read_message(self) -> tuple[int, paramiko.Message]:
        """The next message: its type and the rest; EOFError when the line ends."""
        if self._opener is None:
            return super().read_message()
        while self.take(content := self._next_opened(self._opener)):
            pass
        message = paramiko.Message(bytes(content[1:]))
        message.seqno = self._opened_packets
        return content[0], message

    def _next_opened(self, opener: Opener) -> memoryview:
        """A message's type and the rest, until the next is opened."""
        incoming, place = self._incoming, self.place
        while (content := opener.next(incoming, place)) is None:
            self._receive_more(may_rekey=not len(incoming))
        self._opened_packets = (self._opened_packets + 1) & 0xFFFFFFFF
        if opener.opened >= self.REKEY_BYTES:
            self._renew_keys(opener)
        return content

    def _renew_keys(self, opener: Opener) -> None:
        """In time; a server that will not have new ones is left."""
        if not self.need_rekey():
            self._trigger_rekey()  # type: ignore[attr-defined]
        if opener.opened > self.REKEY_BYTES + self.REKEY_BYTES_OVERFLOW_MAX:
            raise paramiko.SSHException("it does not renew the keys")

    def start_handshake(self, timeout: float) -> None:
        """Nothing: paramiko's timer thread would outlive a failed handshake.

        The limit on the handshake is ours, in `PinnedTransport.greet`.
        """

    def readline(self, timeout: float) -> str:
        """One line of the banner, without its end; bounded, unlike paramiko's."""
        deadline = time.monotonic() + timeout
        line = bytearray()
        while not line.endswith(b"\n"):
            if len(line) > LONGEST_LINE:
                raise paramiko.SSHException("its first line has no end")
            self._incoming.need(1, partial(self._receive, until=deadline))
            line += self._incoming.take(1)
        return line.rstrip(b"\r\n").decode("utf-8", "replace")

    def read_all(self, n: int, check_rekey: bool = False) -> bytes:
        """Exactly `n` bytes; EOFError when the line ends before."""
        if not 0 <= n <= LONGEST_PACKET:
            raise paramiko.SSHException("it sent a packet of an impossible length")
        while len(self._incoming) < n:
            self._receive_more(may_rekey=check_rekey and not len(self._incoming))
        return self._incoming.take(n)

    def write_all(self, out: bytes | memoryview) -> None:  # type: ignore[override]
        """All of `out`; EOFError when the line ends, TimeoutError at `give_up_at`."""
        view = memoryview(out)
        while view:
            try:
                view = view[self._line.send(view) :]
            except TimeoutError:
                pass
            except OSError as error:
                raise EOFError from error
            if view and self.closed:
                raise EOFError
            if view and time.monotonic() > self.give_up_at():
                # Two arguments: paramiko's thread formats both.
                raise TimeoutError(errno.ETIMEDOUT, "the exchange reads nothing")

    def _receive_more(self, *, may_rekey: bool) -> None:
        receive = partial(self._receive, may_rekey=True) if may_rekey else self._receive
        self._incoming.more(receive)

    def _receive(
        self, room: memoryview, *, may_rekey: bool = False, until: float = math.inf
    ) -> int:
        while True:
            try:
                count = self._line.recv_into(room)
            except TimeoutError:
                count = None
            except OSError as error:
                if self.closed:
                    raise EOFError from error
                raise
            if count == 0 or (count is None and self.closed):
                raise EOFError
            if count:
                return count
            if time.monotonic() > until:
                raise TimeoutError(errno.ETIMEDOUT, "no banner came")
            if may_rekey and self.need_rekey():
                raise NeedRekeyException
