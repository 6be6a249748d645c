"""AES-GCM packets as RFC 5647 has them, built without a copy more than needed."""

import struct
from collections.abc import Sequence
from typing import Protocol

_BLOCK = 16
TAG = 16
LENGTH = 4
_LEAST_PADDING = 4

Parts = Sequence[bytes | memoryview]


class Engine(Protocol):
    """What we use of cryptography's AESGCM."""

    def encrypt_into(
        self, nonce: bytes, data: memoryview, associated_data: bytes, buf: memoryview
    ) -> int: ...


class Sealer:
    """Encrypts SSH messages in turn under one key, from the first nonce on."""

    def __init__(self, engine: Engine, nonce: bytes) -> None:
        self._engine = engine
        self._fixed = nonce[:4]
        self._counter = int.from_bytes(nonce[4:], "big")
        self._plain = memoryview(bytearray(64 * 1024))

    def sealed_size(self, parts: Parts) -> int:
        """How many bytes `seal` will write."""
        return self._padded(sum(map(len, parts))) + LENGTH + TAG

    def seal(self, parts: Parts, out: memoryview) -> int:
        """One message out of `parts`, as a packet at the start of `out`: its size."""
        size = sum(map(len, parts))
        padded = self._padded(size)
        if padded > len(self._plain):
            self._plain = memoryview(bytearray(padded))
        plain = self._plain
        plain[0] = padded - size - 1
        at = 1
        for part in parts:
            plain[at : at + len(part)] = part
            at += len(part)
        plain[at:padded] = bytes(padded - at)
        length = struct.pack(">I", padded)
        out[:LENGTH] = length
        end = LENGTH + padded + TAG
        nonce = self._fixed + self._counter.to_bytes(8, "big")
        self._counter = (self._counter + 1) % 2**64
        self._engine.encrypt_into(nonce, plain[:padded], length, out[LENGTH:end])
        return end

    @staticmethod
    def _padded(size: int) -> int:
        # The padding's own length byte, the message, and 4 or more of padding.
        least = 1 + size + _LEAST_PADDING
        return least + -least % _BLOCK
