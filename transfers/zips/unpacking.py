"""Unpacking a member in memory, as far as a limit, whatever its headers promise."""

import struct
import time
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from transfers.zips.directory import Member

SECONDS = 2.0
_BLOCK = 65_536
_LOCAL = struct.Struct("<26x2H")
_STORE, _DEFLATE = 0, 8
_MORE = 16_384  # bytes that packing may add


def is_readable(member: Member) -> bool:
    """STORE and DEFLATE: what unpacks a block at a time, in bounded memory."""
    return not member.is_encrypted and member.method in (_STORE, _DEFLATE)


def unpacked(source: BinaryIO, member: Member, most: int) -> tuple[bytes, bool]:
    """At most `most` bytes of a readable member, and whether there is more. Raises
    zlib.error, EOFError."""
    packed = _packed(source, member, most + _MORE)
    if member.method == _STORE:
        raw = b"".join(packed)[: most + 1]
        return raw[:most], len(raw) > most or member.compressed_size > most
    stream, found = zlib.decompressobj(-zlib.MAX_WBITS), bytearray()
    ends_at = time.monotonic() + SECONDS
    for block in packed:
        found += stream.decompress(block, most + 1 - len(found))
        if len(found) > most or time.monotonic() > ends_at:
            return bytes(found[:most]), True
        if stream.eof:
            return bytes(found), False
    if member.compressed_size > most + _MORE:
        return bytes(found), True
    raise EOFError(member.name)


def _packed(source: BinaryIO, member: Member, most: int) -> Iterator[bytes]:
    source.seek(member.offset)
    header = source.read(_LOCAL.size)
    name_size, extra_size = _LOCAL.unpack(header)
    source.seek(name_size + extra_size, 1)
    left = min(member.compressed_size, most)
    while left and (block := source.read(min(_BLOCK, left))):
        left -= len(block)
        yield block
