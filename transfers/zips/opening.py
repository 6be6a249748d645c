"""Whether a password opens a zip's AES-256 members: read once through, in blocks.

WinZip's AES members are salt (16 bytes) | password check (2) | encrypted bytes | the
first 10 bytes of an HMAC-SHA1 over them; PBKDF2 stretches the password 1,000 times.
The HMAC proves password and bytes alike, so nothing is decrypted for it: what clients
wrote in the file is never in this program's memory.
"""

import enum
import hashlib
import hmac
import struct
from collections.abc import Iterable
from typing import BinaryIO

from transfers.zips.directory import Member

BLOCK = 1 << 20
_SALT, _CHECK, _SEAL, _KEY = 16, 2, 10, 32
_ROUNDS = 1000
_LOCAL_SIZE = 30


class Opening(enum.Enum):
    """What a password does to the encrypted members of a zip."""

    OPENS = "opens"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105  (the name of an outcome)
    DAMAGED = "damaged"


def opening(source: BinaryIO, members: Iterable[Member], password: str) -> Opening:
    """Of every AES-256 member of a zip whose directory was read; the first that does
    not open decides."""
    for member in members:
        if member.is_aes_256:
            found = _of(source, member, password)
            if found is not Opening.OPENS:
                return found
    return Opening.OPENS


def _of(source: BinaryIO, member: Member, password: str) -> Opening:
    left = member.compressed_size - _SALT - _CHECK - _SEAL
    if left < 0:
        return Opening.DAMAGED
    source.seek(_start(source, member))
    salt, check = source.read(_SALT), source.read(_CHECK)
    keys = hashlib.pbkdf2_hmac(
        "sha1", password.encode(), salt, _ROUNDS, 2 * _KEY + _CHECK
    )
    if not hmac.compare_digest(keys[2 * _KEY :], check):
        return Opening.WRONG_PASSWORD
    seal = hmac.new(keys[_KEY : 2 * _KEY], digestmod="sha1")
    while left and (block := source.read(min(BLOCK, left))):
        seal.update(block)
        left -= len(block)
    whole = not left and hmac.compare_digest(seal.digest()[:_SEAL], source.read(_SEAL))
    return Opening.OPENS if whole else Opening.DAMAGED


def _start(source: BinaryIO, member: Member) -> int:
    """Where the member's bytes begin: behind its own header, name and extra field."""
    source.seek(member.offset)
    header = source.read(_LOCAL_SIZE)
    name_size, extra_size = struct.unpack_from("<2H", header, 26)
    return member.offset + _LOCAL_SIZE + int(name_size) + int(extra_size)
