"""Access tokens: what two assertions must say, and how long a token lives."""

import hmac
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from sandbox.gateway.assertions import Unacceptable, parse_assertion
from sandbox.gateway.jwk import parse_jwks
from sandbox.gateway.tokens import CLIENT_ASSERTIONS, Grant
from tests.sandbox_own.gateway_client import (
    DAY,
    ISSUER,
    GatewayClient,
    base64url,
    company,
    hand_made,
    jwks,
    key_of,
)

LIST = "/api/ipos/list/v1?nextCursor=0"
URN = "urn:ietf:params:oauth"


@pytest.mark.ledger("FINI-04/S")
def test_both_assertions_give_a_token_of_thirty_seconds(
    registered: GatewayClient,
) -> None:
    status, answer = registered.ask_token()
    assert status == 200
    assert len(answer.pop("access_token")) >= 32
    assert answer == {"token_type": "Bearer", "expires_in": 30, "scope": "CP00010"}


@pytest.mark.ledger("FINI-04/S")
@pytest.mark.parametrize(
    "kind",
    [
        f"{URN}:client-assertion-type:jwt-bearer",
        f"{URN}:assertion-type:jwt-bearer",
        f"{URN}:grant-type:jwt-bearer",
    ],
)
def test_all_three_client_assertion_types_are_taken(
    registered: GatewayClient, kind: str
) -> None:
    assert kind in CLIENT_ASSERTIONS
    assert registered.ask_token(client_assertion_type=kind)[0] == 200


@pytest.mark.ledger("FINI-04/S")
@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "invalid_request"),
        ({"client_assertion_type": f"{URN}:jwt-bearer"}, "invalid_client"),
        ({"client_assertion_type": ""}, "invalid_request"),
        ({"assertion": "no.jwt"}, "invalid_grant"),
        ({"client_assertion": "a.b.c"}, "invalid_client"),
    ],
)
def test_another_form_gives_oauth_s_error(
    registered: GatewayClient, changed: dict[str, str], error: str
) -> None:
    status, answer = registered.ask_token(**changed)
    assert status == (401 if error == "invalid_client" else 400)
    assert answer["error"] == error
    assert set(answer) == {"error", "error_description"}


@pytest.mark.ledger("FINI-04/S")
def test_only_a_form_that_is_posted_gives_a_token(registered: GatewayClient) -> None:
    path = registered.sandbox.gateway["token_path"]
    form = urlencode(registered.form())
    kind = "application/x-www-form-urlencoded"
    twice = f"{form}&grant_type=again".encode()
    assert registered.send("POST", path, twice, Content_Type=kind)[0] == 400
    assert registered.send("POST", path, form.encode())[0] == 400
    assert registered.send("GET", f"{path}?{form}")[0] == 405


@pytest.mark.ledger("FINI-05/S")
@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "https://elsewhere.example/openam/oauth2/eu/access_token"},
        {"aud": None},
        {"iss": "https://somebody.example"},
        {"iss": None},
        {"sub": "CP00099"},
        {"sub": None},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"key": "machine", "header": {"alg": "RS256"}},
        {"key": "stranger"},
        {"header": {"alg": "RS512", "kid": "agent"}},
        {"header": {"alg": "RS256", "kid": "unknown"}},
    ],
    ids=str,
)
def test_an_agent_s_assertion_that_does_not_hold_is_an_invalid_grant(
    registered: GatewayClient, changed: dict[str, Any]
) -> None:
    text = registered.assertion("agent", **changed)
    status, answer = registered.ask_token(assertion=text)
    assert (status, answer["error"]) == (400, "invalid_grant")


@pytest.mark.ledger("FINI-05/S")
@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "https://elsewhere.example/openam/oauth2/eu/access_token"},
        {"iss": "CP00010"},
        {"sub": "CP00010"},
        {"sub": None},
        {"exp": None},
        {"key": "agent", "header": {"alg": "RS256"}},
        {"header": {"alg": "RS512", "kid": "machine"}},
    ],
    ids=str,
)
def test_a_machine_s_assertion_that_does_not_hold_is_an_invalid_client(
    registered: GatewayClient, changed: dict[str, Any]
) -> None:
    text = registered.assertion("machine", **changed)
    status, answer = registered.ask_token(client_assertion=text)
    assert (status, answer["error"]) == (401, "invalid_client")


@pytest.mark.ledger("FINI-05/S")
def test_crossed_assertions_are_refused(registered: GatewayClient) -> None:
    agent, machine = (registered.assertion(one) for one in ("agent", "machine"))
    assert registered.ask_token(assertion=machine, client_assertion=agent)[0] == 400
    assert registered.ask_token(client_assertion=agent)[0] == 401


@pytest.mark.ledger("FINI-05/S")
@pytest.mark.parametrize("profile", ["agent", "machine"])
def test_hs256_under_the_public_key_and_none_are_refused(
    registered: GatewayClient, profile: str
) -> None:
    field = {"agent": "assertion", "machine": "client_assertion"}[profile]
    public = key_of(profile).as_pem(private=False)
    signed = registered.assertion(profile).split(".")
    forged = hand_made({"alg": "HS256", "kid": profile}, signed[1])
    mac = hmac.digest(public, forged[:-1].encode(), "sha256")
    assert registered.ask_token(**{field: forged + base64url(mac)})[0] in (400, 401)
    for alg in ("none", "None", ""):
        unsigned = hand_made({"alg": alg}, signed[1])
        for tail in ("", "AA", signed[2]):
            assert registered.ask_token(**{field: unsigned + tail})[0] in (400, 401)


@pytest.mark.ledger("FINI-05/S")
@pytest.mark.parametrize("profile", ["agent", "machine"])
@pytest.mark.parametrize(
    ("ahead", "is_taken"),
    [(-1, False), (30, True), (1770, True), (1802, False), (31_536_000, False)],
)
def test_an_assertion_ends_within_thirty_minutes(
    registered: GatewayClient, profile: str, ahead: int, is_taken: bool
) -> None:
    text = registered.assertion(profile, exp=int(registered.now()) + ahead)
    field = {"agent": "assertion", "machine": "client_assertion"}[profile]
    assert (registered.ask_token(**{field: text})[0] == 200) is is_taken


@pytest.mark.ledger("FINI-05/S")
def test_exactly_thirty_minutes_are_too_many_and_at_exp_it_is_over(
    registered: GatewayClient,
) -> None:
    exp = int(registered.now()) + 300
    assertion = parse_assertion(registered.assertion("agent", exp=exp))
    keys = parse_jwks(jwks("agent"))
    claims = registered.aud, ISSUER, "CP00010"
    assertion.prove(keys, exp - 1799.999, *claims)
    assertion.prove(keys, exp - 0.001, *claims)
    for now in (exp - 1800.0, float(exp)):
        with pytest.raises(Unacceptable):
            assertion.prove(keys, now, *claims)


def test_without_a_kid_every_key_of_the_profile_is_tried(
    gateway_client: GatewayClient,
) -> None:
    client = gateway_client
    client.sandbox.register_company(**company(agent_jwks=jwks("old", "agent")))
    text = client.assertion("agent", header={"alg": "RS256"})
    assert client.ask_token(assertion=text)[0] == 200
    overlapping = client.assertion(
        "agent", key="old", header={"alg": "RS256", "kid": "old"}
    )
    assert client.ask_token(assertion=overlapping)[0] == 200


@pytest.mark.parametrize("profile", ["agent", "machine"])
def test_a_public_key_past_its_exp_proves_nothing(
    gateway_client: GatewayClient, profile: str
) -> None:
    client, sandbox = gateway_client, gateway_client.sandbox
    soon = int(sandbox.exchange.clock.now().timestamp()) + DAY
    short = jwks(profile, exp=soon)
    sandbox.register_company(**company(**{f"{profile}_jwks": short}))
    assert client.ask_token()[0] == 200
    offset = sandbox.exchange.clock.offset.total_seconds()
    sandbox.shift_clock(offset + DAY)
    status, answer = client.ask_token()
    assert status in (400, 401)
    assert "public key of this profile has expired" in answer["error_description"]


@pytest.mark.ledger("FINI-06/S")
def test_a_token_serves_many_calls_and_ends_after_thirty_seconds(
    fini: GatewayClient,
) -> None:
    assert [fini.get(LIST)[0] for _ in range(5)] == [200] * 5
    offset = fini.sandbox.exchange.clock.offset.total_seconds()
    fini.sandbox.shift_clock(offset + 28)
    assert fini.get(LIST)[0] == 200
    fini.sandbox.shift_clock(offset + 30)
    status, answer = fini.get(LIST)
    assert (status, answer["message"]) == (401, "The access token has expired.")
    assert fini.sandbox.gateway_counters()["expired_tokens"] == 1


@pytest.mark.ledger("FINI-06/S")
def test_a_clock_set_back_does_not_lengthen_a_token() -> None:
    grant = Grant("CP00010", "machine", expires_at=1_000.0, real_end=30.0)
    assert not grant.is_over(at=999.0, real=29.0)
    assert grant.is_over(at=1_000.0, real=0.0)
    assert grant.is_over(at=0.0, real=30.0)


@pytest.mark.ledger("FINI-14/S")
@pytest.mark.parametrize(
    "given", [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic {}", "{}"]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/crypto/meta"),
        ("GET", LIST),
        ("GET", "/api/ipos/refdata/v1?ipoID=1234"),
        ("POST", "/api/eipo/subscriptions/add/v1"),
        ("POST", "/api/eipo/subscriptions/change/v1"),
        ("POST", "/api/eipo/subscriptions/invalidate/v1"),
        ("POST", "/api/eipo/subscriptions/query/v1"),
        ("POST", "/api/eipo/funding/query/v1"),
        ("POST", "/api/eipo/funding/confirm/v1"),
    ],
)
def test_every_call_needs_the_bearer_token(
    fini: GatewayClient, method: str, path: str, given: str | None
) -> None:
    headers = {} if given is None else {"Authorization": given.format(fini.token)}
    status, answer = fini.send(method, path, **headers)
    assert (status, answer["code"], answer["data"]) == (401, "401", [])


@pytest.mark.parametrize(
    ("entitlement", "method", "path"),
    [
        ("EU_finiIPORefDataAPI", "GET", LIST),
        ("EU_finiIPORefDataAPI", "GET", "/api/ipos/refdata/v1?ipoID=1234"),
        ("EU_finiPOSubAPI", "POST", "/api/eipo/subscriptions/add/v1"),
        ("EU_finiPOSubAPI", "POST", "/api/eipo/subscriptions/query/v1"),
        ("EU_finiPOFundAPI", "POST", "/api/eipo/funding/query/v1"),
        ("EU_finiPOFundAPI", "POST", "/api/eipo/funding/confirm/v1"),
    ],
)
def test_a_call_needs_the_company_s_entitlement(
    fini: GatewayClient, entitlement: str, method: str, path: str
) -> None:
    headers = {"Authorization": f"Bearer {fini.token}"}
    assert fini.send(method, path, b"", **headers)[0] != 403
    held = {"EU_finiIPORefDataAPI", "EU_finiPOSubAPI", "EU_finiPOFundAPI"}
    fini.sandbox.register_company(**company(entitlements=list(held - {entitlement})))
    status, answer = fini.send(method, path, b"", **headers)
    assert status == 403
    assert entitlement in answer["message"]


def test_a_token_is_its_company_s_alone(fini: GatewayClient) -> None:
    other = "11111111-2222-3333-4444-555555555555"
    fini.sandbox.register_company(
        **company(
            company_id="CP00020",
            machine_uuid=other,
            agent_jwks=jwks("agent2"),
            machine_jwks=jwks("machine2"),
        )
    )
    theirs = fini.assertion(
        "machine", iss=other, sub=other, key="machine2", header={"alg": "RS256"}
    )
    status, answer = fini.ask_token(client_assertion=theirs)
    assert (status, answer["error"]) == (401, "invalid_client")
    assert "machine2" not in json.dumps(answer)
