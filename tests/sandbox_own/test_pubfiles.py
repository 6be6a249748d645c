"""What is a public key file, and whose size each platform takes."""

import struct
from pathlib import Path

import asyncssh
import pytest
from paramiko import RSAKey

from sandbox.platforms import ECP, PLATFORMS, RAP, RRS, Platform
from sandbox.pubfiles import NotSsh2, judge, line_of, read
from tests.sandbox_own.keykit import line, md5, pair, ssh2, wrapped
from tests.sandbox_own.test_accounts import GUIDES_KEY

BLOB = pair(0).asbytes()
GOOD = ssh2(pair(0))


def padded(key: RSAKey) -> bytes:
    """The blob with a modulus that has a zero too many."""
    modulus = key.public_numbers.n.to_bytes(258, "big")
    pieces = (b"ssh-rsa", b"\x01\x00\x01", modulus)
    return b"".join(struct.pack(">I", len(piece)) + piece for piece in pieces)


def code(platform: Platform, name: str, content: bytes) -> str | None:
    verdict = judge(platform, name, content)
    return verdict.code if verdict else None


@pytest.mark.ledger("ECP-40/S")
@pytest.mark.parametrize(
    "name", ["a.pub", "Alice_1-2 of@cp.pub", "DCXYZ001.pub", f"{'x' * 124}.pub"]
)
def test_a_legal_name_passes(name: str) -> None:
    assert code(ECP, name, GOOD) is None


@pytest.mark.ledger("ECP-40/S")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a#b.pub", "4007"),
        ("clé.pub", "4007"),
        ("a\n.pub", "4007"),
        ("a.PUB", "9101"),
        ("a.txt", "9101"),
        ("pub", "9101"),
        (".pub", "9101"),
    ],
)
def test_an_illegal_name_is_rejected(name: str, expected: str) -> None:
    assert code(ECP, name, GOOD) == expected


@pytest.mark.ledger("ECP-41/S")
@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        wrapped(BLOB),
        wrapped(BLOB, end="\r\n"),
        wrapped(BLOB, "Comment: a key"),
        wrapped(BLOB, "Subject: me", 'Comment: "a \\', 'long one"'),
        wrapped(BLOB).rstrip(b"\n"),
    ],
)
def test_rfc_4716_in_its_variants_is_read(content: bytes) -> None:
    assert line_of(read(content)) == line(pair(0))


@pytest.mark.ledger("ECP-41/S")
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe" + GOOD,
        b"\xef\xbb\xbf" + GOOD,
        line(pair(0)).encode(),
        GOOD.replace(b"BEGIN SSH2", b"BEGIN SSH1"),
        GOOD.replace(b"---- END SSH2 PUBLIC KEY ----\n", b""),
        b"hello\n" + GOOD,
        GOOD + b"hello\n",
        GOOD + GOOD,
        wrapped(BLOB[:-10]),
        wrapped(BLOB + b"more"),
        wrapped(padded(pair(0))),
        wrapped(BLOB, f"{'x' * 65}: y"),
        wrapped(BLOB, "Comment: ends in nothing\\"),
        GOOD.replace(b"AAAA", b"AA*A", 1),
        wrapped(BLOB).replace(b"\n", b"", 3),
        wrapped(struct.pack(">I", 7) + b"ssh-rsa"),
        bytes(1000),
    ],
)
def test_anything_else_is_no_ssh2_file(content: bytes) -> None:
    with pytest.raises(NotSsh2):
        read(content)
    assert code(ECP, "a.pub", content) == "9102"


@pytest.mark.ledger("ECP-41/S")
def test_a_private_key_is_no_ssh2_file() -> None:
    private = asyncssh.generate_private_key("ssh-rsa").export_private_key()
    assert code(ECP, "a.pub", private) == "9102"


@pytest.mark.ledger("ECP-41/S")
def test_a_megabyte_is_no_key() -> None:
    assert code(ECP, "a.pub", bytes(1_000_000)) == "9108"


@pytest.mark.ledger("ECP-41/S")
@pytest.mark.parametrize("algorithm", ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-dss"])
def test_only_rsa_is_taken(algorithm: str) -> None:
    other = asyncssh.generate_private_key(algorithm)
    assert code(ECP, "a.pub", other.export_public_key("rfc4716")) == "9103"


@pytest.mark.ledger("ECP-41/S")
def test_the_key_that_the_guides_print_is_dsa() -> None:
    assert code(ECP, "a.pub", GUIDES_KEY.encode()) == "9103"


@pytest.mark.parametrize(
    ("platform", "taken"),
    [
        pytest.param(ECP, "2048 3072 4096", marks=pytest.mark.ledger("ECP-41/S")),
        pytest.param(RAP, "2048 4096", marks=pytest.mark.ledger("RAP-02/S")),
        pytest.param(RRS, "2048", marks=pytest.mark.ledger("RRS-02/S")),
    ],
    ids=list(PLATFORMS),
)
def test_each_platform_takes_its_own_sizes(platform: Platform, taken: str) -> None:
    files = Path(__file__).with_name("rsa_keys").glob("*.pub")
    passed = {
        file.stem for file in files if not judge(platform, "a.pub", file.read_bytes())
    }
    assert passed == set(taken.split())


@pytest.mark.ledger("ECP-42/S")
def test_the_fingerprint_is_the_blobs_md5() -> None:
    shown = read(GOOD).get_fingerprint("md5").removeprefix("MD5:")
    assert shown == md5(pair(0))
