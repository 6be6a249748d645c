"""Looking into a zip: its directory, and one member as far as the limit.

Members are unpacked in memory, a block at a time, never by what their headers promise:
a bomb ends where any other file does.
"""

import zlib
from dataclasses import dataclass, replace
from typing import BinaryIO

from transfers import zips
from transfers.previews import letters
from transfers.previews.looking import BYTES, Preview, look
from transfers.zips import Member, ZipFault
from transfers.zips.unpacking import is_readable, unpacked

MEMBERS = 500  # shown
RATIO = 200  # times its packed size; what unpacks to more is said to


class UnknownMember(LookupError):
    """The zip has no such member."""


@dataclass(frozen=True)
class Line:
    """number: of the member in the directory, from 0."""

    number: int
    name: str
    size: int
    packed: int
    is_folder: bool
    is_encrypted: bool


@dataclass(frozen=True)
class Listing:
    """fault: why it cannot be read as a zip; lines is empty then."""

    lines: list[Line]
    count: int = 0
    fault: str = ""


def is_zip(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def listing(source: BinaryIO, size: int) -> Listing:
    try:
        members = zips.read(source, size)
    except ZipFault as fault:
        return Listing([], 0, str(fault))
    lines = [_line(at, member) for at, member in enumerate(members[:MEMBERS])]
    return Listing(lines, len(members))


def look_inside(source: BinaryIO, size: int, number: int) -> tuple[Line, Preview]:
    """Raises UnknownMember, also for a zip that cannot be read."""
    try:
        member = zips.read(source, size)[number]
    except (ZipFault, IndexError):
        raise UnknownMember from None
    line = _line(number, member)
    if sentence := _why_not(member):
        return line, Preview("none", sentence=sentence)
    try:
        raw, is_more = unpacked(source, member, BYTES)
    except (zlib.error, EOFError):
        broken = "The member is broken: it does not unpack. Ask HKEX for the file anew."
        return line, Preview("none", sentence=broken)
    if is_zip(raw):
        nested = (
            "It is a zip inside a zip, which is not opened here. Download the file."
        )
        return line, Preview("none", sentence=nested)
    return line, _told(look(raw, member.name, len(raw) + is_more), member, is_more)


def _line(number: int, member: Member) -> Line:
    name = letters.seen_name(member.name)
    folder = member.name.endswith("/")
    packed, locked = member.compressed_size, member.is_encrypted
    return Line(number, name, member.size, packed, folder, locked)


def _why_not(member: Member) -> str:
    if member.is_encrypted:
        return (
            "The member is encrypted, and the page does not open it. Download the file "
            "and open it with the password."
        )
    if not is_readable(member):
        how = member.method_name
        return f"The member is packed by {how}, which is not opened here. Download it."
    return ""


def _told(shown: Preview, member: Member, is_more: bool) -> Preview:
    """The limit's sentence, and what is odd about the member."""
    if not is_more:
        return shown
    stopped = f"The first {BYTES:,} bytes of this member are shown."
    if member.size <= BYTES:
        stopped += " It unpacks to more than its directory says: do not trust it."
    elif member.size > RATIO * max(member.compressed_size, 1):
        times = member.size // max(member.compressed_size, 1)
        stopped += f" It unpacks to {times:,} times its packed size: do not trust it."
    return replace(shown, stopped=stopped)
