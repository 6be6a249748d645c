"""Content of any size out of a seed: any range of it at once, its SHA-256 streamed.

Block n of 65,536 bytes is n in eight bytes, big-endian, and then the first 65,528 bytes
of SHAKE-128 over the seed's UTF-8; the last block is cut to the size.
"""

import hashlib
from collections.abc import Iterator
from functools import lru_cache

BLOCK = 65_536


def piece(seed: str, offset: int, length: int) -> bytes:
    """`length` bytes from `offset`, of a stream that has no end."""
    first, skipped = divmod(offset, BLOCK)
    last = (offset + max(length, 1) - 1) // BLOCK
    run = b"".join(_block(seed, number) for number in range(first, last + 1))
    return run[skipped : skipped + length]


def blocks(seed: str, size: int) -> Iterator[bytes]:
    """The whole content, block by block."""
    for offset in range(0, size, BLOCK):
        yield piece(seed, offset, min(BLOCK, size - offset))


def sha256(seed: str, size: int) -> str:
    """Lower-case hex of the whole content, which is never in memory at once."""
    digest = hashlib.sha256()
    for block in blocks(seed, size):
        digest.update(block)
    return digest.hexdigest()


def _block(seed: str, number: int) -> bytes:
    return number.to_bytes(8, "big") + _tail(seed)


@lru_cache(maxsize=64)
def _tail(seed: str) -> bytes:
    return hashlib.shake_128(seed.encode()).digest(BLOCK - 8)
