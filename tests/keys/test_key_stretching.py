"""A key file whose passphrase would be stretched for minutes is seen beforehand."""

import base64

import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st

from keys.key_stretching import is_too_slow
from keys.privatekeys import NotReadable, read
from tests.keys import keyfiles
from tests.keys.keyfiles import string

SALT = b"\x04\x08saltsalt"
PBKDF2 = bytes.fromhex("06092a864886f70d01050c")
PBES2 = bytes.fromhex("06092a864886f70d01050d")
SCRYPT = bytes.fromhex("06092b06010401da47040b")


def sequence(*parts: bytes) -> bytes:
    body = b"".join(parts)
    return b"\x30\x82" + len(body).to_bytes(2, "big") + body


def integer(value: int) -> bytes:
    octets = value.to_bytes(value.bit_length() // 8 + 1, "big")
    return bytes([0x02, len(octets)]) + octets


def armoured(body: bytes, kind: str = "ENCRYPTED") -> bytes:
    text = base64.b64encode(body).decode()
    return f"-----BEGIN {kind} PRIVATE KEY-----\n{text}\n-----END {kind}".encode()


def pkcs8(function: bytes, *numbers: int) -> bytes:
    settings = sequence(function, sequence(SALT, *(integer(n) for n in numbers)))
    algorithm = sequence(PBES2, sequence(settings, sequence(b"\x05\x00")))
    return armoured(sequence(algorithm, b"\x04\x01x"))


def openssh(rounds: int) -> bytes:
    options = string(b"s" * 16) + rounds.to_bytes(4, "big")
    head = b"openssh-key-v1\0" + string(b"aes256-ctr") + string(b"bcrypt")
    return armoured(head + string(options), "OPENSSH")


@pytest.mark.parametrize(
    "content",
    [
        openssh(257),
        openssh(2**32 - 1),
        pkcs8(PBKDF2, 2**31 - 1),
        pkcs8(PBKDF2, 10_000_001, 32),
        pkcs8(SCRYPT, 2**20, 8, 1),
        pkcs8(SCRYPT, 2**14, 8, 1000),
    ],
)
def test_what_would_take_minutes_is_too_slow(content: bytes) -> None:
    assert is_too_slow(content)
    with pytest.raises(NotReadable, match="beyond reason"):
        read(content, "x")


@pytest.mark.parametrize(
    "content",
    [
        openssh(256),
        pkcs8(PBKDF2, 10_000_000, 32),
        pkcs8(SCRYPT, 2**14, 8, 1),
        b"",
        b"-----BEGIN X-----\nA\n-----END",
    ],
)
def test_ordinary_settings_pass(content: bytes) -> None:
    assert not is_too_slow(content)


@pytest.mark.parametrize("passphrase", [None, keyfiles.PASSPHRASE])
@pytest.mark.parametrize(
    "form",
    [serialization.PrivateFormat.OpenSSH, serialization.PrivateFormat.PKCS8],
)
def test_real_files_pass(
    form: serialization.PrivateFormat, passphrase: str | None
) -> None:
    assert not is_too_slow(keyfiles.private_file(form, passphrase))


def test_sequences_nested_beyond_reason_do_no_harm() -> None:
    assert not is_too_slow(armoured(b"\x30\x82\x7f\xff" * 8000))


@given(st.binary(max_size=300))
def test_no_bytes_raise(noise: bytes) -> None:
    is_too_slow(armoured(b"\x30\x82\x0f\xff" * 2 + noise))
    is_too_slow(noise)
