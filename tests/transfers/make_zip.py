"""Zips of every sort, made by Python's zipfile or by hand."""

import io
import struct
import zipfile
from collections.abc import Mapping

import pyzipper

STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
BZIP2, LZMA = zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA
CSV = b"bcan,cid\r\n" * 20


def zip_of(
    members: Mapping[str, bytes] | None = None,
    method: int = DEFLATED,
    comment: bytes = b"",
) -> bytes:
    """As zipfile makes it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in (members or {"HBCNMAPP_AAA000.csv": CSV}).items():
            archive.writestr(name, content)
        archive.comment = comment
    return made.getvalue()


def zip64_of(content: bytes = CSV) -> bytes:
    """A small zip whose ending says all by zip64, as a large one's does."""
    plain = zip_of({"a.csv": content})
    at = plain.rindex(b"PK\x05\x06")
    count, size, offset = struct.unpack_from("<HLL", plain, at + 10)
    record = struct.pack(
        "<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset
    )
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    ending = struct.pack(
        *("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF),
        *(0xFFFFFFFF, 0xFFFFFFFF, 0),
    )
    return plain[:at] + record + locator + ending


def aes_zip(method: int = DEFLATED, strength: int = 3, name: bytes = b"a.csv") -> bytes:
    """One member of WinZip's AES kind; its bytes are not really encrypted."""
    body, extra = (
        b"x" * 40,
        struct.pack("<2HH2sBH", 0x9901, 7, 2, b"AE", strength, method),
    )
    head = (51, 1, 99, 0, 33, 0, len(body), 20, len(name), len(extra))
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", *head) + name + extra + body
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 51, *head, 0, 0, 0, 0, 0)
    directory = entry + name + extra
    return local + directory + _ending(1, len(directory), len(local))


def sealed_zip(password: str, nbits: int = 256, content: bytes = CSV) -> bytes:
    """Truly encrypted, by another program than ours."""
    made = io.BytesIO()
    with pyzipper.AESZipFile(
        made, "w", compression=DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(password.encode())
        archive.setencryption(pyzipper.WZ_AES, nbits=nbits)
        archive.writestr("HBCNMAPP_AAA000.csv", content)
    return made.getvalue()


def zipcrypto_zip() -> bytes:
    """An old encrypted member: flag bit 0, no AES."""
    return _flagged(zip_of(), 1)


def overlapping_zip() -> bytes:
    """Two entries of the directory share one member's bytes, as bombs do."""
    plain = zip_of({"a.csv": b"a"}, STORED)
    start = plain.index(b"PK\x01\x02")
    end = plain.rindex(b"PK\x05\x06")
    entry = plain[start:end]
    return plain[:start] + entry * 2 + _ending(2, 2 * len(entry), start)


def _ending(count: int, size: int, offset: int) -> bytes:
    return struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, size, offset, 0)


def _flagged(content: bytes, flags: int) -> bytes:
    made = bytearray(content)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = made.index(mark) + at
        made[place : place + 2] = struct.pack("<H", flags)
    return bytes(made)
