"""The text of a kept file, or of what lies in a zip: bounded, whatever it holds.

Nothing that HKEX distributes raises here: what cannot be read is told, in one place.
"""

import codecs
import io
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from transfers import zips
from transfers.zips import Member, ZipFault
from transfers.zips.unpacking import is_readable, unpacked

MOST_BYTES = 4 * 1024 * 1024  # read of one file, of all its members together
MOST_MEMBERS = 50
_ZIP = b"PK\x03\x04"
# All that reading a hostile zip may raise: its bytes end too soon, its sizes are too
# large, negative or not its own, its names are no text. (UnicodeError is a ValueError.)
_BROKEN = (
    zlib.error,
    struct.error,
    EOFError,
    ValueError,
    OverflowError,
    MemoryError,
    NotImplementedError,
)


def texts(source: BinaryIO, unread: Callable[[str], None]) -> Iterator[str]:
    """One text a file; a bomb is read no further than the limit. `unread` hears why a
    file, or a member of it, has none. Raises only what the store raises, OSError."""
    head = source.read(4)
    source.seek(0)
    if head != _ZIP:
        yield decoded(source.read(MOST_BYTES))
        return
    try:
        members = zips.read(source, source.seek(0, io.SEEK_END))
    except (ZipFault, *_BROKEN) as fault:
        unread(_why(fault))
        return
    if len(members) > MOST_MEMBERS:
        unread(f"Only the first {MOST_MEMBERS} of its members are read.")
    yield from _members(source, members[:MOST_MEMBERS], unread)


def decoded(content: bytes) -> str:
    """By its byte order mark, as UTF-8, or as Latin-1, which takes all."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        # The limit may have cut a character in two, which is no fault.
        return codecs.getincrementaldecoder("utf-8-sig")().decode(content)
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _members(
    source: BinaryIO, members: list[Member], unread: Callable[[str], None]
) -> Iterator[str]:
    left = MOST_BYTES
    for member in members:
        if member.name.endswith("/"):
            continue
        if left <= 0:
            unread("It unpacks to more than is read.")
            return
        if not is_readable(member):
            unread(_packed(member))
            continue
        try:
            content, is_more = unpacked(source, member, left)
        except _BROKEN as fault:
            unread(_why(fault))
            continue
        left -= len(content)
        if is_more:
            unread("It unpacks to more than is read.")
        yield decoded(content)


def _packed(member: Member) -> str:
    if member.is_encrypted:
        return "It is encrypted."
    return f"It is packed by {member.method_name}, which is not opened here."


def _why(fault: Exception) -> str:
    """A ZipFault says it itself; libraries' words are for no one."""
    return str(fault) if isinstance(fault, ZipFault) else "It does not unpack."
