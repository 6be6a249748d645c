"""A profile's pair: its JWK as the guide prints it, its private half never shown."""

import base64
import copy
import datetime as dt
import hashlib
import json
import pickle
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from fini import profile_keys
from fini.profile_keys import NotAProfileKey, ProfileKey
from keys.exposure import holds_private_key
from tests.fini import builders

NOW = dt.datetime(2024, 3, 1, 7, 0, tzinfo=dt.UTC)
IN_A_YEAR = NOW + dt.timedelta(days=364)


def written(key: ProfileKey) -> dict[str, Any]:
    text = profile_keys.jwks([(key, IN_A_YEAR)], registered_at=NOW)
    (entry,) = json.loads(text)["keys"]
    assert isinstance(entry, dict)
    return entry


@pytest.mark.ledger("FINI-02/P")
def test_the_jwk_has_the_fields_of_the_guide_and_no_other() -> None:
    entry = written(builders.profile_key("agent"))
    assert set(entry) == {"kty", "e", "use", "kid", "alg", "n", "exp"}
    assert (entry["kty"], entry["e"], entry["use"]) == ("RSA", "AQAB", "sig")
    assert (entry["alg"], entry["exp"]) == ("RS256", int(IN_A_YEAR.timestamp()))
    assert len(base64.urlsafe_b64decode(entry["n"] + "==")) == 256


@pytest.mark.ledger("FINI-02/P")
def test_the_kid_is_the_rfc_7638_thumbprint() -> None:
    """§3: SHA-256 of the required members in order, without white space."""
    entry = written(builders.profile_key("agent"))
    canonical = f'{{"e":"{entry["e"]}","kty":"RSA","n":"{entry["n"]}"}}'
    digest = hashlib.sha256(canonical.encode()).digest()
    assert entry["kid"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def test_a_kid_that_was_registered_otherwise_is_kept() -> None:
    pem = builders.profile_key("agent").pem()
    assert written(profile_keys.load(pem, "any string"))["kid"] == "any string"


@pytest.mark.ledger("FINI-02/P")
def test_the_private_half_is_not_in_the_jwks() -> None:
    key = builders.profile_key("agent")
    text = profile_keys.jwks([(key, IN_A_YEAR)], registered_at=NOW)
    assert not holds_private_key(text.encode())
    assert holds_private_key(key.pem())


@pytest.mark.ledger("FINI-02/P")
@pytest.mark.parametrize("days", [-1, 0, 365, 366])
def test_an_end_outside_the_year_is_refused(days: int) -> None:
    ends = NOW + dt.timedelta(days=days)
    with pytest.raises(ValueError, match="within the year"):
        profile_keys.jwks([(builders.profile_key("agent"), ends)], registered_at=NOW)


def test_two_keys_overlap_in_one_set() -> None:
    both = [builders.profile_key("agent"), builders.profile_key("next")]
    text = profile_keys.jwks([(key, IN_A_YEAR) for key in both], registered_at=NOW)
    assert [k["kid"] for k in json.loads(text)["keys"]] == [k.kid for k in both]


def test_a_stored_key_loads_to_the_same_pair() -> None:
    key = builders.profile_key("agent")
    assert profile_keys.load(key.pem()).thumbprint == key.thumbprint


@pytest.mark.parametrize("pem", [b"", b"garbage", b"-----BEGIN PRIVATE KEY-----\n"])
def test_a_damaged_stored_key_is_refused_without_quoting_it(pem: bytes) -> None:
    with pytest.raises(NotAProfileKey) as told:
        profile_keys.load(pem)
    assert told.value.__cause__ is None


def test_a_key_of_another_kind_or_size_is_refused() -> None:
    curve = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    with pytest.raises(NotAProfileKey):
        profile_keys.load(curve)
    with pytest.raises(NotAProfileKey):
        ProfileKey(rsa.generate_private_key(65537, 1024))


@pytest.mark.parametrize("copied", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_profile_key_does_not_travel_or_show(copied: Any) -> None:
    key = builders.profile_key("agent")
    assert repr(key) == "ProfileKey(…)"
    with pytest.raises(TypeError):
        copied(key)
