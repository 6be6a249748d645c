"""AES-GCM packets as RFC 5647 has them, opened without a copy more than needed."""

from collections.abc import Callable
from typing import Protocol

import paramiko
from cryptography.exceptions import InvalidTag

from .incoming_bytes import IncomingBytes
from .sealing import LENGTH, TAG

_BLOCK = 16

# For so many bytes, of which the last of a packet are padding.
Place = Callable[[int], memoryview | None]


class Engine(Protocol):
    """What we use of cryptography's AESGCM."""

    def decrypt_into(
        self,
        nonce: bytes,
        data: memoryview,
        associated_data: memoryview,
        buf: memoryview,
    ) -> int: ...


class Opener:
    """Opens SSH packets in turn under one key, from the first nonce on; `opened` counts
    their bytes."""

    def __init__(self, engine: Engine, nonce: bytes, longest: int) -> None:
        self._engine = engine
        self._fixed = nonce[:4]
        self._counter = int.from_bytes(nonce[4:], "big")
        self._plain = memoryview(bytearray(longest))
        self._longest = longest
        self.opened = 0

    def next(self, incoming: IncomingBytes, place: Place) -> memoryview | None:
        """The next message, until the one after is opened: its type and the rest. None
        until all of it is here. `place` may say where it is to be opened.

        Raises SSHException for a packet of an impossible length, that was not sealed
        under this key in this place, or that holds nothing.
        """
        held = incoming.held()
        if len(held) < LENGTH:
            return None
        length = held[:LENGTH]
        size = int.from_bytes(length, "big")
        if not _BLOCK <= size <= self._longest or size % _BLOCK:
            raise paramiko.SSHException("it sent a packet of an impossible length")
        whole = LENGTH + size + TAG
        if len(held) < whole:
            return None
        nonce = self._fixed + self._counter.to_bytes(8, "big")
        self._counter = (self._counter + 1) % 2**64
        plain = place(size)
        if plain is None:
            plain = self._plain[:size]
        try:
            self._engine.decrypt_into(nonce, held[LENGTH:whole], length, plain)
        except InvalidTag as error:
            raise paramiko.SSHException("a packet was changed on its way") from error
        incoming.skip(whole)
        self.opened += whole
        end = size - plain[0]
        if end < 2:
            raise paramiko.SSHException("it sent a packet with nothing in it")
        return plain[1:end]
