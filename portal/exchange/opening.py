"""AES-GCM packets as RFC 5647 has them, opened without a copy more than needed."""

from typing import Protocol

import paramiko
from cryptography.exceptions import InvalidTag

from .sealing import TAG

_BLOCK = 16


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
    """Opens SSH packets in turn under one key, from the first nonce on."""

    def __init__(self, engine: Engine, nonce: bytes, longest: int) -> None:
        self._engine = engine
        self._fixed = nonce[:4]
        self._counter = int.from_bytes(nonce[4:], "big")
        self._plain = memoryview(bytearray(longest))
        self._longest = longest

    def rest(self, length: memoryview) -> int:
        """How many bytes, tag included, follow a packet's length field.

        Raises SSHException for a length that no packet has.
        """
        size = int.from_bytes(length, "big")
        if not _BLOCK <= size <= self._longest or size % _BLOCK:
            raise paramiko.SSHException("it sent a packet of an impossible length")
        return size + TAG

    def open(self, length: memoryview, sealed: memoryview) -> memoryview:
        """The message in a packet, until the next is opened: its type and the rest.

        Raises SSHException for a packet that was not sealed under this key, in this
        place, or that holds nothing.
        """
        nonce = self._fixed + self._counter.to_bytes(8, "big")
        self._counter = (self._counter + 1) % 2**64
        size = len(sealed) - TAG
        plain = self._plain[:size]
        try:
            self._engine.decrypt_into(nonce, sealed, length, plain)
        except InvalidTag as error:
            raise paramiko.SSHException("a packet was changed on its way") from error
        end = size - plain[0]
        if end < 2:
            raise paramiko.SSHException("it sent a packet with nothing in it")
        return plain[1:end]
