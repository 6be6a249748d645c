"""Finding a zip's directory from its ending, of the old kind and of zip64."""

import struct
from dataclasses import dataclass

from transfers.zips.faults import NeedsTail, ZipFault

END_REACH = 22 + 65535 + 20  # the ending, its longest comment, zip64's locator
MOST_MEMBERS = 10_000
MOST_DIRECTORY = 4 * 1024 * 1024
_FULL_16, _FULL_32 = 0xFFFF, 0xFFFFFFFF
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_ENTRY_SIZE = 46


@dataclass(frozen=True)
class Ending:
    """Where the directory lies in the whole file, and how many entries it has."""

    count: int
    size: int
    offset: int
    at: int  # where what follows the directory begins


def find(tail: bytes, total: int) -> Ending:
    position = tail.rfind(b"PK\x05\x06", max(0, len(tail) - 22 - _FULL_16))
    if position < 0 or len(tail) - position < 22:
        raise ZipFault(_no_ending(tail, total))
    fields = _END.unpack_from(tail, position)
    _, disk, first_disk, here, count, size, offset, comment = fields
    if position + 22 + comment != len(tail):
        raise ZipFault("It is cut short, or something stands after its end.")
    _check_one_ending(tail, position)
    if (at := position - 20) >= 0 and tail[at:position].startswith(b"PK\x06\x07"):
        return _ending_64(tail, total, at, fields)
    if position < 20 and len(tail) < total:
        raise NeedsTail(min(total, len(tail) + 20))
    if _FULL_32 in (size, offset) or _FULL_16 in (here, count):
        raise ZipFault("It is a zip64 whose zip64 part is missing.")
    if disk or first_disk or here != count:
        raise ZipFault("It is one part of a zip over several disks.")
    return Ending(count, size, offset, total - len(tail) + position)


def _no_ending(tail: bytes, total: int) -> str:
    if len(tail) == total and tail.startswith(b"PK\x03\x04"):
        return "It begins as a zip and is cut short: its end is missing."
    return "It is not a zip, or is cut short: it has no zip ending."


def _check_one_ending(tail: bytes, position: int) -> None:
    """An earlier ending whose comment reaches to the same end hides this one."""
    start = max(0, len(tail) - 22 - _FULL_16)
    while 0 <= (found := tail.find(b"PK\x05\x06", start)) < position:
        (comment,) = struct.unpack_from("<H", tail, found + 20)
        if found + 22 + comment == len(tail):
            raise ZipFault("It has two endings, and programs would differ over it.")
        start = found + 1


def _ending_64(tail: bytes, total: int, at: int, fields: tuple[object, ...]) -> Ending:
    _, disk, offset, disks = _LOCATOR_64.unpack_from(tail, at)
    if disk or disks > 1:
        raise ZipFault("It is one part of a zip over several disks.")
    before = total - len(tail)
    if not offset + _END_64.size <= before + at:
        raise ZipFault("Its zip64 part points outside the file.")
    if offset < before:
        raise NeedsTail(_bounded(total - offset))
    record = _END_64.unpack_from(tail, offset - before)
    mark, length, _made, _needs, disk_64, first_64, here, count, size, start = record
    if mark != b"PK\x06\x06" or offset + 12 + length != before + at:
        raise ZipFault("Its zip64 part is broken.")
    if disk_64 or first_64 or here != count:
        raise ZipFault("It is one part of a zip over several disks.")
    _check_agree(fields[3:7], (here, count, size, start))
    return Ending(count, size, start, offset)


def _check_agree(small: tuple[object, ...], large: tuple[int, ...]) -> None:
    """A field of the old ending is full, or says what zip64's says."""
    full = (_FULL_16, _FULL_16, _FULL_32, _FULL_32)
    for old, new, most in zip(small, large, full, strict=True):
        if old not in (new, most):
            raise ZipFault("Its zip64 part and its ending disagree.")


def _bounded(size: int) -> int:
    if size > MOST_DIRECTORY + END_REACH:
        raise ZipFault("Its directory is larger than 4 MB.")
    return size


def check_place(ending: Ending) -> None:
    if ending.count == 0:
        raise ZipFault("It is a zip with no file in it.")
    if ending.count > MOST_MEMBERS:
        raise ZipFault(f"It has {ending.count} members; {MOST_MEMBERS} are allowed.")
    if ending.size > MOST_DIRECTORY:
        raise ZipFault("Its directory is larger than 4 MB.")
    if ending.count * _ENTRY_SIZE > ending.size:
        raise ZipFault("Its directory is too small for its members.")
    if ending.offset + ending.size != ending.at:
        raise ZipFault("Its directory is not where its ending says.")
