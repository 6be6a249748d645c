"""Sending on an SFTP channel with a limit on every wait."""

import struct
import time
from collections.abc import Callable, Iterator

import paramiko
from paramiko.common import (
    MSG_CHANNEL_DATA,
    MSG_CHANNEL_REQUEST,
    MSG_CHANNEL_WINDOW_ADJUST,
)

from .packets import text
from .sealing import Parts
from .transport import Late, NotSent, NotSentInTime, PinnedTransport

# As much as a fetching asks for. OpenSSH's server keeps what it may send: of a window
# of 64 MiB, it takes and frees so much memory that it needs half as long again.
RECEIVE_WINDOW = 8 * 1024 * 1024
WIDEN_AFTER = RECEIVE_WINDOW // 4


class SftpChannel:
    """One channel with the SFTP subsystem: its sending half.

    What comes back goes to the listener of the transport. Raises Late or what ended
    the connection if the server does not open it within `limit` seconds.
    """

    def __init__(self, transport: PinnedTransport, limit: float) -> None:
        self._transport = transport
        # Kept here: paramiko itself holds only a weak reference.
        channel = transport.open_session(window_size=RECEIVE_WINDOW, timeout=limit)
        self._channel = channel
        transport.hear(channel)
        self._widened = channel.out_buffer_cv  # its lock is channel.lock
        self._number: int = channel.remote_chanid
        self._most: int = channel.out_max_packet_size - 64  # as paramiko leaves free
        self._start(limit)

    def _start(self, limit: float) -> None:
        """Ask for the subsystem; paramiko's own call waits for ever."""
        deadline = time.monotonic() + limit
        self._channel.event.clear()
        self._channel.event_ready = False
        head = struct.pack(">BI", MSG_CHANNEL_REQUEST, self._number)
        # The 1 asks for an answer.
        request = [head, text(b"subsystem"), b"\1", text(b"sftp")]
        self._transport.post([request], lambda: deadline)
        if not self._channel.event.wait(limit):
            raise Late("the SFTP subsystem was not answered in time")
        if not self._transport.active:
            raise self._transport.why_ended()
        if not self._channel.event_ready:
            raise paramiko.SSHException("it has no SFTP for this login")

    def send(self, head: bytes, body: bytes, give_up_at: Callable[[], float]) -> None:
        """Send `head` and `body`, in as many messages as the channel wants.

        Raises NotSent, EOFError or Late as `PinnedTransport.post`; NotSent means that
        not one byte went.
        """
        self._transport.bounded.give_up_at = give_up_at
        sent, total = 0, len(head) + len(body)
        try:
            while sent < total:
                room = self._room(total - sent, give_up_at)
                messages = self._cut(head, memoryview(body), sent, sent + room)
                self._transport.post(messages, give_up_at)
                sent += room
        except NotSent as error:
            if not sent:
                raise
            kind = Late if isinstance(error, Late) else EOFError
            raise kind(*error.args) from error

    def widen(self, size: int) -> None:
        """Let the server send `size` more bytes. Not for the transport's thread."""
        deadline = time.monotonic() + 1
        adjust = struct.pack(">BII", MSG_CHANNEL_WINDOW_ADJUST, self._number, size)
        self._transport.post([[adjust]], lambda: deadline)

    def _cut(
        self, head: bytes, body: memoryview, start: int, end: int
    ) -> Iterator[Parts]:
        """Bytes `start` to `end` of head and body, in messages of the longest kind."""
        skip = len(head)
        for at in range(start, end, self._most):
            to = min(at + self._most, end)
            first = struct.pack(">BII", MSG_CHANNEL_DATA, self._number, to - at)
            yield first, head[at:to], body[max(0, at - skip) : max(0, to - skip)]

    def _room(self, wanted: int, give_up_at: Callable[[], float]) -> int:
        """How many bytes the server takes now, at least one; they count as sent."""
        channel = self._channel
        while True:
            left = give_up_at() - time.monotonic()
            if left <= 0:
                raise NotSentInTime("the exchange takes no more bytes")
            with channel.lock:
                if channel.closed or not self._transport.active:
                    raise NotSent("the connection is gone")
                size = min(wanted, channel.out_window_size)
                channel.out_window_size -= size
                if size:
                    return size
                self._widened.wait(min(left, 1.0))
