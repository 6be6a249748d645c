"""Our own composition of AES-256-GCM, held against another library's and the deck."""

import base64

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from sandbox.gateway.gcm import FieldCipher

KEYS = st.binary(min_size=32, max_size=32)
IVS = st.binary(min_size=12, max_size=12)


@given(KEYS, IVS, st.binary(max_size=300))
def test_it_seals_and_opens_as_another_library_does(
    key: bytes, iv: bytes, text: bytes
) -> None:
    expected = AESGCM(key).encrypt(iv, text, None)
    cipher = FieldCipher(key, iv)
    assert cipher.seal(text) == expected
    assert cipher.open(expected) == text


@given(KEYS, IVS, st.binary(max_size=64), st.data())
def test_a_changed_bit_does_not_open(
    key: bytes, iv: bytes, text: bytes, draw: st.DataObject
) -> None:
    sealed = bytearray(FieldCipher(key, iv).seal(text))
    bit = draw.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ValueError, match="tag"):
        FieldCipher(key, iv).open(bytes(sealed))


@pytest.mark.parametrize("size", [0, 1, 15])
def test_less_than_a_tag_does_not_open(size: int) -> None:
    with pytest.raises(ValueError, match="length"):
        FieldCipher(bytes(32), bytes(12)).open(bytes(size))


def test_the_longest_text_is_4096_bytes() -> None:
    cipher, text = FieldCipher(bytes(32), bytes(12)), bytes(4096)
    assert cipher.open(cipher.seal(text)) == text
    with pytest.raises(ValueError, match="long"):
        cipher.seal(text + b"x")
    with pytest.raises(ValueError, match="length"):
        cipher.open(bytes(4096 + 17))


def test_nist_s_vectors() -> None:
    """McGrew and Viega, The Galois/Counter Mode of Operation, cases 13 to 15."""
    cipher = FieldCipher(bytes(32), bytes(12))
    assert cipher.seal(b"").hex() == "530f8afbc74536b9a963b4f1c4cb738b"
    assert cipher.seal(bytes(16)).hex() == (
        "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
    )
    key = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2)
    text = bytes.fromhex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255"
    )
    sealed = FieldCipher(key, bytes.fromhex("cafebabefacedbaddecaf888")).seal(text)
    assert sealed[-16:].hex() == "b094dac5d93471bdec1a502270e3cc6c"


@pytest.mark.ledger("FINI-08/S")
def test_the_decks_values_share_one_key_stream() -> None:
    """The printed ones are as long as a text and a tag (E2E 3)."""
    printed = (
        "eapFkonN3fzIDdSEkiD9EQg=",
        "ACzvoa5ZmoiXFScyhNbRKtxUgw==",
        "BVeZ9hPEphW7EeSiE2UMP6bnM/QbklYusbM=",
        "CQnGpkKS/FHrGOMgkJROsmXZe+kEXEZ61hEcNn/P",
        "rtYCIbx0dZksk9K1QLpNT3zAjRi2YaZuWQ==",
    )
    sizes = [len(base64.b64decode(one)) - 16 for one in printed]
    texts = ["1", "HKG", "M011336(5)", "x" * 14, "陳大文"]
    cipher = FieldCipher(bytes(32), bytes(12))
    assert sizes == [len(cipher.seal(text.encode())) - 16 for text in texts]
