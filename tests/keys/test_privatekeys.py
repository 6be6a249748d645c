"""Pairs are made, or read from what people bring, and show nothing of themselves."""

import copy
import pickle
import shutil
import subprocess
import traceback
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.privatekeys import NotReadable, PassphraseWrong, PrivateKey, make, read
from keys.publickeys import from_blob
from tests.keys import keyfiles

Form = serialization.PrivateFormat
FORMS = [Form.OpenSSH, Form.TraditionalOpenSSL, Form.PKCS8]
FORM_IDS = ["OpenSSH", "PKCS1", "PKCS8"]


def refusal(content: bytes, passphrase: str = "") -> str:
    with pytest.raises(NotReadable) as caught:
        read(content, passphrase)
    return caught.value.sentence


@pytest.mark.parametrize("form", FORMS, ids=FORM_IDS)
def test_a_plain_file_is_read(form: serialization.PrivateFormat) -> None:
    written = read(keyfiles.private_file(form)).openssh()
    again = serialization.load_ssh_private_key(written, None)
    assert isinstance(again, rsa.RSAPrivateKey)
    assert again.private_numbers() == keyfiles.pair().private_numbers()


@pytest.mark.parametrize("form", FORMS, ids=FORM_IDS)
def test_a_protected_file_is_read_with_its_passphrase(
    form: serialization.PrivateFormat,
) -> None:
    content = keyfiles.private_file(form, keyfiles.PASSPHRASE)
    key = read(content, keyfiles.PASSPHRASE)
    assert key.public_blob() == PrivateKey(keyfiles.pair()).public_blob()


@pytest.mark.parametrize("form", FORMS, ids=FORM_IDS)
@pytest.mark.parametrize(
    ("passphrase", "said"), [("", "type its passphrase"), ("another", "does not open")]
)
def test_a_wrong_passphrase_is_told(
    form: serialization.PrivateFormat, passphrase: str, said: str
) -> None:
    content = keyfiles.private_file(form, keyfiles.PASSPHRASE)
    with pytest.raises(PassphraseWrong, match=said):
        read(content, passphrase)


def test_no_wrong_passphrase_passes_for_a_damaged_file() -> None:
    """CBC padding lets one in 256 through to noise."""
    content = keyfiles.private_file(Form.TraditionalOpenSSL, keyfiles.PASSPHRASE)
    for number in range(2_000):
        with pytest.raises(PassphraseWrong, match="does not open"):
            read(content, f"wrong {number}")


def test_windows_line_ends_and_a_passphrase_not_needed_do_no_harm() -> None:
    content = keyfiles.private_file(Form.OpenSSH).replace(b"\n", b"\r\n")
    assert read(b"\xef\xbb\xbf" + content, "not needed").bits == 2048


def test_a_made_pair_has_its_size_and_a_usable_public_half() -> None:
    key = make(2048)
    assert key.bits == 2048
    assert from_blob(key.public_blob(), "RRS").exponent == 65537


def test_a_small_pair_is_never_made() -> None:
    with pytest.raises(ValueError, match="1024"):
        make(1024)


def test_ssh_keygen_finds_the_same_public_half(tmp_path: Path) -> None:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not installed")
    key, path = PrivateKey(keyfiles.pair()), tmp_path / "key"
    path.touch(0o600)
    path.write_bytes(key.openssh())
    command = ["ssh-keygen", "-y", "-f", str(path)]
    line = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert line.strip() == from_blob(key.public_blob(), "RRS").openssh_line


def test_a_pair_shows_nothing_and_does_not_travel() -> None:
    key = PrivateKey(keyfiles.pair())
    assert repr(key) == str(key) == f"{key}" == "PrivateKey(…)"
    for leave in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="sealed"):
            leave(key)


def test_an_error_carries_nothing_of_the_file() -> None:
    content = keyfiles.private_file(Form.OpenSSH).replace(b"A", b"B", 20)
    with pytest.raises(NotReadable) as caught:
        read(content)
    told = repr(vars(caught.value)) + "".join(traceback.format_exception(caught.value))
    assert content.decode().splitlines()[3] not in told


def test_a_putty_file_is_refused_with_the_way_out() -> None:
    assert "Export OpenSSH key" in refusal(keyfiles.PUTTY)


def test_a_key_of_a_curve_is_refused() -> None:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, Form.PKCS8, serialization.NoEncryption()
    )
    assert "no RSA key" in refusal(pem)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no private key"),
        (keyfiles.ssh2(), "no private key"),
        (b"x" * 9000, "larger than"),
        (keyfiles.private_file(Form.PKCS8) * 2, "several things"),
        (keyfiles.private_file(Form.PKCS8)[:400], "damaged"),
        (
            keyfiles.private_file(Form.PKCS8)[:400] + b"\n-----END PRIVATE KEY-----",
            "damaged",
        ),
    ],
)
def test_what_is_no_sound_key_file_is_told(content: bytes, said: str) -> None:
    assert said in refusal(content)


@settings(max_examples=50)
@given(st.binary(max_size=400), st.sampled_from(["", "OPENSSH ", "RSA ", "ENCRYPTED "]))
def test_no_bytes_raise_anything_but_a_sentence(noise: bytes, kind: str) -> None:
    begin, end = (f"-----{w} {kind}PRIVATE KEY-----".encode() for w in ("BEGIN", "END"))
    with pytest.raises(NotReadable):
        read(b"\n".join([begin, noise, end]), "x")
