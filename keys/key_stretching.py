"""Whether a key file's own settings would keep a worker busy for minutes."""

import base64
import binascii
import math
import re
from collections.abc import Iterator

MAX_BCRYPT_ROUNDS = 256  # ssh-keygen's default is 16 or 24; 256 take 5 s
MAX_ITERATIONS = 10_000_000  # of PBKDF2: 4 s
MAX_SCRYPT = 2**21  # N times r times p: 256 MB
_SCRYPT = bytes.fromhex("06092b06010401da47040b")
_MAGIC = b"openssh-key-v1\0"
_ARMOUR = re.compile(rb"-----BEGIN [A-Z ]+-----([A-Za-z0-9+/=\s]+)-----END")


def is_too_slow(text: bytes) -> bool:
    """Of an armoured file; one that cannot be read so far is left to the library."""
    found = _ARMOUR.search(text)
    try:
        body = base64.b64decode(b"".join(found[1].split())) if found else b""
    except binascii.Error:
        return False
    if body.startswith(_MAGIC):
        return _bcrypt_rounds(body) > MAX_BCRYPT_ROUNDS
    settings = _algorithm(body)
    numbers = list(_numbers(settings))
    if _SCRYPT in settings:
        return math.prod(numbers[:3]) > MAX_SCRYPT
    return max(numbers, default=0) > MAX_ITERATIONS


def _bcrypt_rounds(body: bytes) -> int:
    """Cipher, function and its options are strings; the options end in the rounds."""
    rest, options = body[len(_MAGIC) :], b""
    for _ in range(3):
        size = int.from_bytes(rest[:4], "big")
        options, rest = rest[4 : 4 + size], rest[4 + size :]
    return int.from_bytes(options[-4:], "big")


def _algorithm(body: bytes) -> bytes:
    """The AlgorithmIdentifier of an EncryptedPrivateKeyInfo; empty for other DER."""
    whole = next(_parts(body), (0, b""))
    first = next(_parts(whole[1]), (0, b""))
    return first[1] if whole[0] == first[0] == 0x30 else b""


def _numbers(der: bytes, depth: int = 6) -> Iterator[int]:
    for tag, value in _parts(der):
        if tag == 0x02:
            yield int.from_bytes(value, "big")
        elif tag == 0x30 and depth:
            yield from _numbers(value, depth - 1)


def _parts(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and value of each element in turn; ends where the bytes make no sense."""
    while len(der) >= 2:
        tag, size, start = der[0], der[1], 2
        if size > 0x80:
            start += size - 0x80
            size = int.from_bytes(der[2:start], "big")
        yield tag, der[start : start + size]
        der = der[start + size :]
