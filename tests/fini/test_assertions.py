"""The two assertions, verified by code that is not ours."""

import base64
import datetime as dt
import json
from typing import Any

import pytest
from Crypto.Hash import SHA256
from Crypto.PublicKey import RSA
from Crypto.Signature import pkcs1_15

from fini import assertions
from fini.assertions import Applicant, ClientAssertionType
from fini.profile_keys import ProfileKey
from tests.fini import builders

NOW = dt.datetime(2024, 3, 1, 7, 0, tzinfo=dt.UTC)
AUDIENCE = "https://connect.example:443/openam/oauth2/eu/access_token"
UUID = "ec1a3544-aca1-4adf-9d7a-9d82a4a597ad"


def applicant(**given: Any) -> Applicant:
    made: dict[str, Any] = {
        "audience": AUDIENCE,
        "agent_issuer": "https://issuer.example/jwt",
        "company_id": "CP00010",
        "machine_uuid": UUID,
        "agent_key": builders.profile_key("agent"),
        "machine_key": builders.profile_key("machine"),
    }
    return Applicant(**{**made, **given})


def part(text: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(text + "=="))


def verified(token: str, key: ProfileKey) -> tuple[Any, Any]:
    """Header and claims, the signature verified by pycryptodome."""
    head, claims, signature = token.split(".")
    pkcs1_15.new(RSA.import_key(key.pem()).public_key()).verify(
        SHA256.new(f"{head}.{claims}".encode()),
        base64.urlsafe_b64decode(signature + "=="),
    )
    return part(head), part(claims)


@pytest.mark.ledger("FINI-04/P")
def test_the_form_has_the_guides_four_fields() -> None:
    form = assertions.token_form(applicant(), NOW)
    assert set(form) == {
        "grant_type",
        "assertion",
        "client_assertion_type",
        "client_assertion",
    }
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"


@pytest.mark.ledger("FINI-04/P")
@pytest.mark.parametrize(
    ("chosen", "sent"),
    [
        ("RFC_7523", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("CURL", "urn:ietf:params:oauth:assertion-type:jwt-bearer"),
        ("NOTE", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
    ],
)
def test_the_client_assertion_type_is_a_setting_of_three(
    chosen: str, sent: str
) -> None:
    one = applicant(client_assertion_type=ClientAssertionType[chosen])
    assert assertions.token_form(one, NOW)["client_assertion_type"] == sent


@pytest.mark.ledger("FINI-05/P")
def test_the_assertion_is_the_agents() -> None:
    form = assertions.token_form(applicant(), NOW)
    header, claims = verified(form["assertion"], builders.profile_key("agent"))
    assert header == {
        "typ": "JWT",
        "alg": "RS256",
        "kid": builders.profile_key("agent").thumbprint,
    }
    assert claims == {
        "aud": AUDIENCE,
        "iss": "https://issuer.example/jwt",
        "exp": int(NOW.timestamp()) + 300,
        "sub": "CP00010",
    }


@pytest.mark.ledger("FINI-05/P")
def test_the_client_assertion_is_the_machines() -> None:
    form = assertions.token_form(applicant(), NOW)
    header, claims = verified(form["client_assertion"], builders.profile_key("machine"))
    assert header["alg"] == "RS256"
    assert claims == {
        "aud": AUDIENCE,
        "iss": UUID,
        "exp": int(NOW.timestamp()) + 300,
        "sub": UUID,
    }


@pytest.mark.ledger("FINI-05/P")
@pytest.mark.parametrize("minutes", [0, -1, 30, 31])
def test_no_assertion_lives_thirty_minutes_or_is_over_at_once(minutes: int) -> None:
    with pytest.raises(ValueError, match="less than 30 minutes"):
        assertions.expiry(NOW, 0, dt.timedelta(minutes=minutes))


def test_the_end_is_in_the_gateways_time() -> None:
    assert assertions.expiry(NOW, 90_000) == int(NOW.timestamp()) + 390
    assert assertions.expiry(NOW, -90_000) == int(NOW.timestamp()) + 210


@pytest.mark.ledger("FINI-01/P")
def test_one_pair_for_both_profiles_is_refused() -> None:
    with pytest.raises(ValueError, match="separate keys"):
        applicant(machine_key=builders.profile_key("agent"))


def test_nothing_private_shows_in_an_applicants_repr() -> None:
    assert "ProfileKey(…)" in repr(applicant())
