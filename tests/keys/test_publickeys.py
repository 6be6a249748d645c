"""A public key file that a person brings is judged in one sentence."""

import base64
import time
import traceback

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given
from hypothesis import strategies as st

from keys.publickeys import NotUsable, PrivateKeyGiven, from_blob, judge, name_fault
from keys.rfc4716 import decode, encode
from tests.keys import keyfiles

FORMS = [
    serialization.PrivateFormat.OpenSSH,
    serialization.PrivateFormat.TraditionalOpenSSL,
    serialization.PrivateFormat.PKCS8,
]


def refusal(content: bytes, platform: str = "ECP", name: str = "key.pub") -> str:
    with pytest.raises(NotUsable) as caught:
        judge(name, content, platform)
    return caught.value.sentence


def curve(pair: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return pair.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )


@pytest.mark.ledger("ECP-41/P")
def test_an_ssh2_file_gives_the_key() -> None:
    key = judge("key.pub", keyfiles.ssh2(3072), "ECP")
    assert (key.blob, key.bits, key.comment) == (keyfiles.blob(3072), 3072, "a key")


def test_an_openssh_line_gives_the_same_key() -> None:
    key = judge("key.pub", keyfiles.line(keyfiles.blob()), "ECP")
    assert key.blob == keyfiles.blob()
    assert key.comment == "ops@example"
    assert keyfiles.line(key.blob).startswith(key.openssh_line.encode())


def test_what_is_written_is_always_an_ssh2_file_with_our_comment() -> None:
    key = judge("key.pub", keyfiles.line(keyfiles.blob()), "ECP")
    written = decode(key.ssh2_file("DCXYZ001"))
    assert (written.blob, written.comment) == (key.blob, "DCXYZ001")


@pytest.mark.ledger("ECP-42/P", "RAP-02/P")
def test_the_fingerprints_are_there() -> None:
    key = keyfiles.public_key()
    assert len(key.md5.split(":")) == 16
    assert key.sha256.startswith("SHA256:")


@pytest.mark.ledger("ECP-41/P")
@pytest.mark.parametrize("bits", [2048, 2049, 3072, 4095, 4096])
def test_ecp_takes_sizes_from_2048_to_4096(bits: int) -> None:
    assert judge("key.pub", keyfiles.ssh2(bits), "ECP").bits == bits


@pytest.mark.parametrize(
    ("platform", "bits"),
    [
        pytest.param(
            "ECP", (1024, 2047, 4097, 8192), marks=pytest.mark.ledger("ECP-41/P")
        ),
        pytest.param(
            "RAP",
            (1024, 2047, 2049, 3072, 4095, 4097, 8192),
            marks=pytest.mark.ledger("RAP-02/P"),
        ),
        pytest.param(
            "RRS", (1024, 2047, 2049, 3072, 4096), marks=pytest.mark.ledger("RRS-02/P")
        ),
    ],
)
def test_other_sizes_are_refused(platform: str, bits: tuple[int, ...]) -> None:
    for size in bits:
        assert f"has {size} bits" in refusal(keyfiles.ssh2(size), platform)


@pytest.mark.ledger("ECP-41/P", "RAP-02/P", "RRS-02/P")
@pytest.mark.parametrize("platform", ["ECP", "RAP", "RRS"])
def test_the_key_printed_in_the_guides_is_refused_as_dsa(platform: str) -> None:
    assert "is a DSA key" in refusal(keyfiles.GUIDE_SAMPLE, platform)


@pytest.mark.ledger("RAP-02/P", "RRS-02/P")
def test_each_platform_takes_its_own_sizes() -> None:
    assert judge("k.pub", keyfiles.ssh2(4096), "RAP").bits == 4096
    assert judge("k.pub", keyfiles.ssh2(2048), "RAP").bits == 2048
    assert judge("k.pub", keyfiles.ssh2(2048), "RRS").bits == 2048


def test_keys_of_curves_are_refused() -> None:
    assert "an ECDSA key" in refusal(curve(ec.generate_private_key(ec.SECP256R1())))
    assert "an Ed25519 key" in refusal(curve(ed25519.Ed25519PrivateKey.generate()))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("passphrase", [None, keyfiles.PASSPHRASE])
def test_a_private_key_is_refused_and_to_be_treated_as_exposed(
    form: serialization.PrivateFormat, passphrase: str | None
) -> None:
    with pytest.raises(PrivateKeyGiven) as caught:
        judge("key.pub", keyfiles.private_file(form, passphrase), "ECP")
    assert "treat the key as exposed" in caught.value.sentence


def test_the_error_carries_nothing_of_the_private_key() -> None:
    content = keyfiles.private_file(FORMS[0])
    with pytest.raises(PrivateKeyGiven) as caught:
        judge("key.pub", content, "ECP")
    told = repr(vars(caught.value)) + "".join(traceback.format_exception(caught.value))
    assert content.decode().splitlines()[2] not in told


@pytest.mark.ledger("ECP-40/P")
@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("key.txt", "ends in .pub"),
        ("key.PUB", "ends in .pub"),
        (".pub", "ends in .pub"),
        ("k" * 125 + ".pub", "has 129 characters"),
        ("kéy.pub", "may hold letters"),
        ("a/b.pub", "may hold letters"),
        ("a\n.pub", "may hold letters"),
        ("a+b.pub", "may hold letters"),
    ],
)
def test_a_wrong_name_is_refused(name: str, fault: str) -> None:
    assert fault in refusal(keyfiles.ssh2(), name=name)


@pytest.mark.ledger("ECP-40/P")
@pytest.mark.parametrize("name", ["k" * 124 + ".pub", "A-z_0 9@x.y.pub"])
def test_a_right_name_passes(name: str) -> None:
    assert name_fault(name) is None


@pytest.mark.parametrize("exponent", [1, 2, 65536, 2**64 + 1])
def test_an_exponent_that_no_rsa_key_has_is_refused(exponent: int) -> None:
    content = encode(keyfiles.blob(exponent=exponent))
    assert "cannot be those of an RSA key" in refusal(content)


def test_the_exponents_of_old_tools_pass() -> None:
    key = judge("key.pub", encode(keyfiles.blob(exponent=37)), "ECP")
    assert key.exponent == 37


@pytest.mark.parametrize(
    ("blob", "said"),
    [
        (keyfiles.blob() + b"x", "left over"),
        (keyfiles.blob()[:-1], "ends too early"),
        (b"\0\0\0\7ssh-rsa", "ends too early"),
        (b"\xff\xff\xff\xffssh-rsa", "ends too early"),
        (keyfiles.string(b"ssh-rsa") + keyfiles.string(b"\0\3"), "not written as SSH"),
        (keyfiles.string(b"ssh-rsa") + keyfiles.string(b"\xff"), "not written as SSH"),
        (keyfiles.string(b"\x1b[31m"), "of the kind “?[31m”"),
    ],
)
def test_a_damaged_blob_is_refused(blob: bytes, said: str) -> None:
    assert said in refusal(encode(blob))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "neither"),
        (b"ssh-rsa AAAA*", "neither"),
        (b"ssh-rsa AAAA", "copy it again"),
        (b"ssh-rsa AAA", "copy it again"),
        (keyfiles.line(keyfiles.blob()) * 2, "neither"),
        (b"ssh-dss " + keyfiles.line(keyfiles.blob()).split()[1], "copy it again"),
        (keyfiles.ssh2() * 2, "one file holds one key"),
        (keyfiles.ssh2().decode().encode("utf-16"), "neither"),
        (base64.b64encode(bytes(750_000)), "larger than 16,384"),
    ],
)
def test_a_damaged_file_is_refused(content: bytes, said: str) -> None:
    assert said in refusal(content)


def test_a_megabyte_of_noise_is_refused_quickly() -> None:
    noise = bytes(range(256)) * 4000
    started = time.process_time()
    refusal(noise)
    assert time.process_time() - started < 0.5


@given(st.binary(max_size=600))
def test_no_bytes_raise_anything_but_a_sentence(noise: bytes) -> None:
    for content in (noise, encode(noise or b"x"), b"ssh-rsa " + noise):
        with pytest.raises(NotUsable):
            judge("key.pub", content, "ECP")


@given(st.binary(max_size=600))
def test_no_blob_raises_anything_but_a_sentence(noise: bytes) -> None:
    with pytest.raises(NotUsable):
        from_blob(keyfiles.string(b"ssh-rsa") + noise, "ECP")
