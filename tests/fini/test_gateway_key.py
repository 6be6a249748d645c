"""The gateway's public key: the deck's loads, and nothing weaker or odder does."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from fini import gateway_key
from fini.errors import GatewayKeyUnfit
from tests.fini import deck


def der(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> str:
    found = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(found).decode()


def test_the_decks_key_is_rsa_of_2048_bits() -> None:
    assert gateway_key.load(deck.GATEWAY_KEY).key_size == 2048


def test_line_breaks_in_it_do_not_matter() -> None:
    broken = "\n".join(deck.GATEWAY_KEY[at : at + 64] for at in range(0, 392, 64))
    assert gateway_key.load(broken).key_size == 2048


def test_a_shorter_key_is_refused() -> None:
    short = rsa.generate_private_key(65537, 1024).public_key()
    with pytest.raises(GatewayKeyUnfit):
        gateway_key.load(der(short))


def test_a_key_of_another_kind_is_refused() -> None:
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    with pytest.raises(GatewayKeyUnfit):
        gateway_key.load(der(curve))


@given(
    st.one_of(
        st.text(max_size=500),
        st.binary(max_size=400).map(lambda raw: base64.b64encode(raw).decode()),
    )
)
def test_no_garbage_raises_anything_else(text: str) -> None:
    with pytest.raises(GatewayKeyUnfit):
        gateway_key.load(text)
