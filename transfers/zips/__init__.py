"""Reading a zip's directory from its last bytes; nothing is ever extracted.

Whatever cannot be read in exactly one way is a ZipFault: two programs that read the
same zip differently are how a checked file becomes another one (APPNOTE 6.3.10).
"""

import struct
from typing import BinaryIO

from transfers.zips.directory import (
    AES_METHOD,
    ENCRYPTED,
    Member,
    aes,
    entries,
    extra_fields,
)
from transfers.zips.endings import END_REACH, check_place, find
from transfers.zips.faults import NeedsTail, ZipFault
from transfers.zips.opening import Opening, opening

__all__ = [
    "END_REACH",
    "Member",
    "NeedsTail",
    "Opening",
    "ZipFault",
    "opening",
    "read",
    "read_tail",
]

_LOCAL = struct.Struct("<4s5H3L2H")


def read_tail(tail: bytes, total: int) -> list[Member]:
    """The members of a zip of `total` bytes, of which `tail` is the end. Raises
    NeedsTail when the directory begins earlier, ZipFault when it cannot be read."""
    if not 0 < len(tail) <= total:
        raise ZipFault("It has no end that could be read.")
    ending = find(tail, total)
    check_place(ending)
    start = ending.offset - (total - len(tail))
    if start < 0:
        raise NeedsTail(total - ending.offset)
    directory = tail[start : start + ending.size]
    members = entries(directory, ending.count)
    _check_apart(members, ending.offset)
    return members


def read(source: BinaryIO, total: int) -> list[Member]:
    """The members of a whole file, each local header checked against its entry."""
    wanted = min(total, END_REACH)
    for _ in range(3):  # the ending, zip64's record, the directory
        source.seek(total - wanted)
        try:
            members = read_tail(source.read(wanted), total)
        except NeedsTail as fault:
            wanted = fault.size
            continue
        for member in members:
            _check_local(source, member)
        return members
    raise ZipFault("Its directory cannot be found.")


def _check_apart(members: list[Member], end: int) -> None:
    """No two members share bytes, which is how small bombs become large."""
    for member in sorted(members, key=lambda member: member.offset, reverse=True):
        least = _LOCAL.size + len(member.raw_name) + member.compressed_size
        if member.offset + least > end:
            raise ZipFault("Its members overlap, or reach outside the file.")
        end = member.offset


def _check_local(source: BinaryIO, member: Member) -> None:
    """The member's own header says what the directory says."""
    source.seek(member.offset)
    header = source.read(_LOCAL.size)
    if len(header) < _LOCAL.size:
        raise ZipFault("A member is cut short.")
    fields = _LOCAL.unpack(header)
    mark, _needs, flags, method = fields[:4]
    name_size, extra_size = fields[-2:]
    name, extra = source.read(name_size), source.read(extra_size)
    if mark != b"PK\x03\x04" or name != member.raw_name:
        raise ZipFault("A member is not where its directory says.")
    if method != member.raw_method or bool(flags & ENCRYPTED) != member.is_encrypted:
        raise ZipFault("A member and its directory disagree on how it is packed.")
    if method == AES_METHOD:
        inner = aes(extra_fields(extra))
        if inner != (member.method, member.aes_strength):
            raise ZipFault("A member and its directory disagree on how it is packed.")
