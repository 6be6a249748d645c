"""Reads a zip's directory: methods, encryption, and whether a password opens it.

AES members are WinZip's AE-1/AE-2: method 99, extra field 0x9901 with the strength
and the true method; key stretching PBKDF2-HMAC-SHA1, 1,000 rounds; the member ends
with the first ten bytes of an HMAC-SHA1 over the encrypted bytes.
"""

import hashlib
import hmac
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_AES = 99
_AES_256 = 3
_SALT = {1: 8, 2: 12, 3: 16}
_ALLOWED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MEMBERS_AT_MOST = 10_000
_CHUNK = 1 << 20


class BadZip(Exception):
    """The file is no zip that can be read."""


@dataclass(frozen=True)
class Member:
    """`method` is the true one; `strength` is AES's, 0 for none, -1 for another."""

    method: int
    strength: int
    start: int
    length: int

    @property
    def compression_allowed(self) -> bool:
        """STORE or DEFLATE (Guide A §4.4)."""
        return self.method in _ALLOWED

    @property
    def encrypted(self) -> bool:
        """Encrypted in any way."""
        return self.strength != 0

    @property
    def aes_256(self) -> bool:
        """Encrypted with AES-256 (Guide A §3.6)."""
        return self.strength == _AES_256


def members(path: Path) -> list[Member]:
    """Every member of the zip; raises BadZip."""
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as source:
            entries = archive.infolist()
            if not 0 < len(entries) <= _MEMBERS_AT_MOST:
                raise BadZip(f"{len(entries)} members")
            return [_member(entry, source) for entry in entries]
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError) as exc:
        raise BadZip(str(exc)) from None


def opens_with(path: Path, password: str) -> bool:
    """Whether every AES-256 member is whole and opens with the password."""
    with path.open("rb") as source:
        return all(_opens(source, m, password) for m in members(path) if m.aes_256)


def _member(entry: zipfile.ZipInfo, source: BinaryIO) -> Member:
    source.seek(entry.header_offset)
    header = struct.unpack("<4s5H3I2H", source.read(30))
    if header[0] != b"PK\x03\x04" or header[3] != entry.compress_type:
        raise BadZip("a member's own header disagrees with the directory")
    start = entry.header_offset + 30 + header[9] + header[10]
    method, strength = entry.compress_type, -1 if entry.flag_bits & 1 else 0
    if method == _AES:
        strength, method = _aes_extra(entry.extra)
    return Member(method, strength, start, entry.compress_size)


def _aes_extra(extra: bytes) -> tuple[int, int]:
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<2H", extra)
        if kind == 0x9901 and size >= 7:
            _version, _vendor, strength, method = struct.unpack_from("<H2sBH", extra, 4)
            return strength, method
        extra = extra[4 + size :]
    raise BadZip("an AES member without its extra field")


def _opens(source: BinaryIO, member: Member, password: str) -> bool:
    salt_size = _SALT[_AES_256]
    source.seek(member.start)
    salt, check = source.read(salt_size), source.read(2)
    keys = hashlib.pbkdf2_hmac("sha1", password.encode(), salt, 1000, 66)
    if check != keys[64:]:
        return False
    left = member.length - salt_size - 2 - 10
    seal = hmac.new(keys[32:64], digestmod="sha1")
    while left > 0 and (piece := source.read(min(_CHUNK, left))):
        seal.update(piece)
        left -= len(piece)
    return left == 0 and hmac.compare_digest(seal.digest()[:10], source.read(10))
