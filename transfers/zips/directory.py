"""Reading the entries of a zip's directory, one member each."""

import struct
from dataclasses import dataclass

from transfers.zips.faults import ZipFault

METHODS = {0: "STORE", 8: "DEFLATE", 9: "Deflate64", 12: "BZIP2", 14: "LZMA"}
METHODS |= {1: "Shrink", 6: "Implode", 93: "Zstandard", 95: "XZ", 98: "PPMd"}
AES_METHOD = 99
ENCRYPTED = 0x0041  # flag bits 0 and 6
_FULL_16, _FULL_32 = 0xFFFF, 0xFFFFFFFF
_ENTRY = struct.Struct("<4s6H3L5H2L")


@dataclass(frozen=True)
class Member:
    """One file in the zip. method: the true one, also under AES. strength: 1, 2, 3
    for AES-128, -192, -256; 0 for none."""

    name: str
    method: int
    is_encrypted: bool
    aes_strength: int
    compressed_size: int
    size: int
    offset: int
    raw_name: bytes
    raw_method: int

    @property
    def method_name(self) -> str:
        return METHODS.get(self.method, f"method {self.method}")

    @property
    def is_aes_256(self) -> bool:
        return self.aes_strength == 3


def entries(directory: bytes, count: int) -> list[Member]:
    members, at = [], 0
    for _ in range(count):
        member, at = _entry(directory, at)
        members.append(member)
    if at != len(directory):
        raise ZipFault("Its directory has something left over.")
    return members


def _entry(directory: bytes, at: int) -> tuple[Member, int]:
    if len(directory) - at < _ENTRY.size:
        raise ZipFault("Its directory is cut short.")
    fields = _ENTRY.unpack_from(directory, at)
    mark, _made, _needs, flags, method, _time, _day = fields[:7]
    _crc, packed, size, name_size, extra_size, comment = fields[7:13]
    disk, _inner, _outer, offset = fields[13:]
    at += _ENTRY.size
    end = at + name_size + extra_size + comment
    if mark != b"PK\x01\x02" or end > len(directory):
        raise ZipFault("Its directory is broken.")
    raw_name = directory[at : at + name_size]
    extra = extra_fields(directory[at + name_size : at + name_size + extra_size])
    size, packed, offset, disk = _large(extra, size, packed, offset, disk)
    if disk:
        raise ZipFault("It is one part of a zip over several disks.")
    if flags & 0x2000:
        raise ZipFault("Its directory is encrypted.")
    true_method, strength = aes(extra) if method == AES_METHOD else (method, 0)
    encrypted = bool(flags & ENCRYPTED) or method == AES_METHOD
    name = _decoded(raw_name, flags)
    return (
        Member(
            name,
            true_method,
            encrypted,
            strength,
            packed,
            size,
            offset,
            raw_name,
            method,
        ),
        end,
    )


def extra_fields(extra: bytes) -> dict[int, bytes]:
    fields, at = {}, 0
    while len(extra) - at >= 4:
        kind, length = struct.unpack_from("<2H", extra, at)
        if at + 4 + length > len(extra):
            raise ZipFault("A member’s extra field is broken.")
        if kind in fields and kind in (0x0001, 0x9901):
            raise ZipFault("A member says the same thing twice.")
        fields[kind] = extra[at + 4 : at + 4 + length]
        at += 4 + length
    return fields


def _large(
    extra: dict[int, bytes], size: int, packed: int, offset: int, disk: int
) -> tuple[int, int, int, int]:
    """The 64-bit values, in this order, of those that are full in the entry."""
    rest, values = extra.get(0x0001, b""), []
    for value, full, width in (
        (size, _FULL_32, 8),
        (packed, _FULL_32, 8),
        (offset, _FULL_32, 8),
        (disk, _FULL_16, 4),
    ):
        if value == full:
            if len(rest) < width:
                raise ZipFault("A member’s zip64 sizes are missing.")
            values.append(int.from_bytes(rest[:width], "little"))
            rest = rest[width:]
        else:
            values.append(value)
    return values[0], values[1], values[2], values[3]


def aes(extra: dict[int, bytes]) -> tuple[int, int]:
    """The true method and the strength out of the AES extra field."""
    field = extra.get(0x9901, b"")
    if len(field) != 7 or field[2:4] != b"AE" or field[4] not in (1, 2, 3):
        raise ZipFault("An encrypted member does not say how it is encrypted.")
    return int.from_bytes(field[5:7], "little"), field[4]


def _decoded(raw: bytes, flags: int) -> str:
    if flags & 0x800:
        return raw.decode("utf-8", "backslashreplace")
    return raw.decode("cp437")
