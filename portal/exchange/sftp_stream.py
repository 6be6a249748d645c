"""SFTP packets out of a channel's bytes, however these are cut.

Of a long packet most bytes are opened where they belong; all others are copied once.
"""

from collections.abc import Callable

from .buffers import Buffers
from .packets import LONGEST_PACKET, Malformed

_LENGTH = 4
_HEAD = 9  # length, kind, and the request id (or, in VERSION, the version)
# What a channel's bytes follow in their SSH packet: the padding's length, the type of
# the message, the channel, and how many they are.
_BEFORE = 10

Deliver = Callable[[int, int, memoryview], None]


class SftpStream:
    """Calls `deliver` with each packet: its kind, the number after that, and the rest.

    Holds one packet of the longest kind at most, and memory for those to come.
    """

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._buffers = Buffers()
        self._head = bytearray()
        self._rest = memoryview(b"")  # of the packet under way
        self._filled = 0
        self._covered = b""

    def place(self, size: int) -> memoryview | None:
        """Where an SSH packet of `size` bytes is best opened, so that the bytes of the
        channel in it lie where they belong. None: elsewhere, they will be copied.

        What the packet's beginning covers is put back before anybody looks; what its
        padding covers is still to come.
        """
        self._uncover()
        at = self._filled - _BEFORE
        if at < 0 or at + size > len(self._rest):
            return None
        place = self._rest[at : at + size]
        self._covered = bytes(place[:_BEFORE])
        return place

    def fed(self, piece: memoryview) -> None:
        """The next bytes. Raises Malformed for a length that no packet has."""
        if self._covered:
            self._uncover()
            if piece.obj is self._rest.obj:
                self._filled += len(piece)
                if self._filled == len(self._rest):
                    self._end()
                return
        while piece:
            if len(self._head) < _HEAD:
                piece = self._begin(piece)
            else:
                piece = self._go_on(piece)
            if len(self._head) == _HEAD and self._filled == len(self._rest):
                self._end()

    def _uncover(self) -> None:
        if self._covered:
            self._rest[self._filled - _BEFORE : self._filled] = self._covered
            self._covered = b""

    def _begin(self, piece: memoryview) -> memoryview:
        wanted = _HEAD - len(self._head)
        self._head += piece[:wanted]
        if len(self._head) >= _LENGTH:
            length = int.from_bytes(self._head[:_LENGTH], "big")
            if not _HEAD - _LENGTH <= length <= LONGEST_PACKET:
                raise Malformed("a packet of an impossible length")
            if len(self._head) == _HEAD:
                self._rest = self._buffers.take(_LENGTH + length - _HEAD)
        return piece[wanted:]

    def _go_on(self, piece: memoryview) -> memoryview:
        at = self._filled
        size = min(len(piece), len(self._rest) - at)
        self._rest[at : at + size] = piece[:size]
        self._filled += size
        return piece[size:]

    def _end(self) -> None:
        kind, number = self._head[_LENGTH], int.from_bytes(self._head[5:], "big")
        rest = self._rest.toreadonly()
        self._head, self._rest, self._filled = bytearray(), memoryview(b""), 0
        self._deliver(kind, number, rest)
