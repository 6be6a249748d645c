"""One of our requests opened by OpenSSL's command line, as a stranger would."""

import base64
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.fini import builders

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="OpenSSL's command line is not here"
)


def openssl(*arguments: str, given: bytes) -> bytes:
    done = subprocess.run(
        ["openssl", *arguments], input=given, check=True, capture_output=True
    )
    return done.stdout


@pytest.mark.ledger("FINI-08/P", "FINI-10/P", "FINI-12/P")
def test_openssl_unwraps_the_key_verifies_the_signature_and_reads_the_fields(
    tmp_path: Path,
) -> None:
    private = tmp_path / "gateway.pem"
    private.write_bytes(builders.gateway_pem())
    request = builders.sealed()
    wrapped = base64.b64decode(request.headers["X-FINI-ENCRYPTED-KEY"])

    unwrap = ["pkeyutl", "-decrypt", "-inkey", str(private)]
    unwrap += ["-pkeyopt", "rsa_padding_mode:pkcs1"]
    key, iv = map(base64.b64decode, openssl(*unwrap, given=wrapped).split(b"#"))

    signed = request.body + request.headers["X-FINI-REQUEST-ID"].encode()
    signed += request.headers["X-FINI-TIMESTAMP"].encode()
    mac = ["dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key.hex()}", "-r"]
    signature = openssl(*mac, given=signed).split()[0].decode()
    assert signature == request.headers["X-FINI-SIGNATURE"]

    # `openssl enc` knows no GCM, whose text is CTR from the block IV|2 on (NIST
    # SP 800-38D §7.1); its tag is verified in test_envelope on pycryptodome.
    read = ["enc", "-d", "-aes-256-ctr", "-K", key.hex(), "-iv", f"{iv.hex()}00000002"]
    (person,) = builders.people(request)
    assert {
        name: openssl(*read, given=base64.b64decode(value[6:])[:-16]).decode()
        for name, value in person.items()
    } == builders.PERSON
