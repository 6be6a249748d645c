"""Private keys are known in all their clothes, and public ones are not mistaken."""

import base64
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from keys.exposure import holds_private_key
from tests.keys import keyfiles

Form = serialization.PrivateFormat
PEM = [Form.OpenSSH, Form.TraditionalOpenSSL, Form.PKCS8]


@pytest.mark.parametrize("form", PEM)
@pytest.mark.parametrize("passphrase", [None, keyfiles.PASSPHRASE])
@pytest.mark.parametrize(
    "dress",
    [
        bytes,
        bytes.lower,
        lambda c: c.decode().encode("utf-16"),
        lambda c: b"x" + c[:90],
    ],
    ids=["plain", "lower case", "UTF-16", "cut"],
)
def test_an_armoured_private_key_is_seen(
    form: serialization.PrivateFormat,
    passphrase: str | None,
    dress: Callable[[bytes], bytes],
) -> None:
    assert holds_private_key(dress(keyfiles.private_file(form, passphrase)))


@pytest.mark.parametrize("form", PEM)
def test_its_base64_alone_and_its_bytes_are_seen(
    form: serialization.PrivateFormat,
) -> None:
    bare = b"".join(keyfiles.private_file(form).splitlines()[1:-1])
    assert holds_private_key(bare)
    assert holds_private_key(base64.b64decode(bare))


@pytest.mark.parametrize(
    "pair",
    [ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()],
)
def test_the_keys_of_curves_are_seen_without_armour(
    pair: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey,
) -> None:
    der = pair.private_bytes(
        serialization.Encoding.DER, Form.PKCS8, serialization.NoEncryption()
    )
    assert holds_private_key(base64.b64encode(der))


@pytest.mark.parametrize(
    "content",
    [
        keyfiles.PUTTY,
        b"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----",
        b'{"kty":"RSA","d": "' + b"X" * 40,
    ],
)
def test_other_kinds_are_seen(content: bytes) -> None:
    assert holds_private_key(content)


@pytest.mark.parametrize("seed", range(50))
def test_a_public_key_is_not_mistaken_for_one(seed: int) -> None:
    assert not holds_private_key(keyfiles.ssh2(seed=seed))
    assert not holds_private_key(keyfiles.line(keyfiles.blob(4096, seed=seed)))


def test_a_public_pem_is_not_mistaken_for_one() -> None:
    pem = (
        keyfiles.pair()
        .public_key()
        .public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    assert not holds_private_key(pem)
