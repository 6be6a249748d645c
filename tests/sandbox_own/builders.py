"""Zips as participants send them, among them AES ones made by the WinZip recipe."""

import hashlib
import hmac
import io
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from typing import Literal, TypeVar

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

T = TypeVar("T")
PASSWORD = "Correct-Horse-9"
_SALT_SIZE = {1: 8, 2: 12, 3: 16}


def a_zip(
    content: bytes = b"BCAN,CID\r\n", method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """One member, unencrypted."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("mapping.csv", content)
    return out.getvalue()


def a_zip_of(size: int) -> bytes:
    """A stored zip of exactly `size` bytes."""
    overhead = len(a_zip(b"", zipfile.ZIP_STORED))
    return a_zip(bytes(size - overhead), zipfile.ZIP_STORED)


def an_encrypted_zip(
    password: str = PASSWORD, *, strength: int = 3, method: int = 8
) -> bytes:
    """WinZip AE-2, one member; strength 1, 2, 3 is AES-128, -192, -256."""
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    plain = squeezed.compress(b"BCAN,CID\r\n" * 100) + squeezed.flush()
    salt = bytes(range(_SALT_SIZE[strength]))
    size = 8 * (strength + 1)
    keys = hashlib.pbkdf2_hmac("sha1", password.encode(), salt, 1000, 2 * size + 2)
    cipher = _counter_mode(keys[:size], plain)
    seal = hmac.new(keys[size : 2 * size], cipher, "sha1").digest()[:10]
    body = salt + keys[2 * size :] + cipher + seal
    extra = struct.pack("<2HH2sBH", 0x9901, 7, 2, b"AE", strength, method)
    name = b"mapping.csv"
    fields = struct.pack("<5H3I2H", 51, 1, 99, 0, 33, 0, len(body), 1000, len(name), 11)
    local = b"PK\x03\x04" + fields + name + extra + body
    central = (
        (b"PK\x01\x02\x33\x00" + fields + struct.pack("<3H2I", 0, 0, 0, 0, 0))
        + name
        + extra
    )
    end = struct.pack(
        "<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(central), len(local), 0
    )
    return local + central + end


def _counter_mode(key: bytes, plain: bytes) -> bytes:
    """WinZip counts from one, the least significant byte first."""
    blocks = -(-len(plain) // 16)
    counters = b"".join(n.to_bytes(16, "little") for n in range(1, blocks + 1))
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    stream = encryptor.update(counters)
    return bytes(a ^ b for a, b in zip(plain, stream, strict=False))


def eventually(look: Callable[[], T | Literal[False]], seconds: float = 10) -> T:
    """What `look` returns once it is true."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"still {found!r}"
        time.sleep(0.01)
    return found
