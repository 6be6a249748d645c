"""Bringing a key: what is refused has one sentence, is not stored and not shown."""

import logging

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import PrivateFormat
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from keys.models import SftpAccount, SshKey
from tests.keys.keyfiles import PASSPHRASE, PUTTY, private_file, ssh2

OPENSSH = private_file(PrivateFormat.OpenSSH)
LOCKED = private_file(PrivateFormat.OpenSSH, PASSPHRASE)


def pem(key: object) -> bytes:
    assert hasattr(key, "private_bytes")
    made: bytes = key.private_bytes(
        serialization.Encoding.PEM, PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made


BAD = {
    "a public key": ssh2(),
    "putty": PUTTY,
    "dsa": pem(dsa.generate_private_key(1024)),
    "ecdsa": pem(ec.generate_private_key(ec.SECP256R1())),
    "ed25519": pem(ed25519.Ed25519PrivateKey.generate()),
    "1024 bits": pem(rsa.generate_private_key(65537, 1024)),
    "2047 bits": pem(rsa.generate_private_key(65537, 2047)),
    "noise": b"\x00\xfe" * 500_000,
    "cut off": OPENSSH[:900],
    "broken base64": OPENSSH.replace(b"AAAA", b"A*A-", 1),
    "two keys": OPENSSH + OPENSSH,
    "locked": LOCKED,
    "nothing": b"",
}


@pytest.mark.parametrize("content", [OPENSSH, private_file(PrivateFormat.PKCS8)])
def test_pasted_text_is_stored_and_leads_to_registration(
    by_charlie: Client, ecp: SftpAccount, page: str, content: bytes
) -> None:
    answer = by_charlie.post(f"{page}bring/", {"text": content.decode()})
    key = SshKey.objects.get(account=ecp)
    assert answer["Location"].endswith(f"/key/{key.pk}/register/")
    assert content not in bytes(key.sealed_private)


def test_a_file_with_a_passphrase_is_opened(
    by_charlie: Client, ecp: SftpAccount, page: str
) -> None:
    file = SimpleUploadedFile("id_rsa", LOCKED)
    by_charlie.post(f"{page}bring/", {"file": file, "passphrase": PASSPHRASE})
    assert SshKey.objects.filter(account=ecp).count() == 1


@pytest.mark.ledger("ECP-41/P")
@pytest.mark.parametrize("name", sorted(BAD))
def test_what_hkex_would_not_take_is_refused_and_not_stored(
    by_charlie: Client, page: str, name: str
) -> None:
    file = SimpleUploadedFile("id_rsa", BAD[name])
    answer = by_charlie.post(f"{page}bring/", {"file": file})
    assert answer.status_code == 422
    assert "Nothing was stored" in answer.content.decode()
    assert not SshKey.objects.exists()


def test_a_wrong_passphrase_is_said_and_nothing_comes_back(
    by_charlie: Client, page: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = by_charlie.post(
            f"{page}bring/", {"text": LOCKED.decode(), "passphrase": "not this one"}
        )
    told = answer.content.decode()
    assert "The passphrase does not open this key" in told
    secret = LOCKED.decode().splitlines()[3]
    assert secret not in told + caplog.text
    assert "not this one" not in told + caplog.text
    assert not SshKey.objects.exists()


def test_the_same_key_is_brought_once(by_charlie: Client, page: str) -> None:
    for _ in range(2):
        answer = by_charlie.post(f"{page}bring/", {"text": OPENSSH.decode()})
    assert answer.status_code == 422
    assert "in the portal already" in answer.content.decode()
    assert SshKey.objects.count() == 1
