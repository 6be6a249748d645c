"""The gateway over the control API, and what may be registered there."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.gateway.jwk import parse_jwks
from sandbox.inthread import SandboxThread
from sandbox.layout import SandboxError
from tests.sandbox_own.gateway_client import (
    DAY,
    EVERYTHING,
    MACHINE,
    GatewayClient,
    base64url,
    company,
    jwks,
    key_of,
)
from tests.sandbox_own.test_control import Caller

ROUTES: list[tuple[str, str]] = [
    ("GET", "/control/gateway"),
    ("GET", "/control/gateway/counters"),
    ("DELETE", "/control/gateway/counters"),
    ("POST", "/control/gateway/companies"),
    ("POST", "/control/gateway/ipos"),
    ("POST", "/control/gateway/status"),
    ("POST", "/control/gateway/fundings"),
    ("POST", "/control/gateway/records"),
    ("POST", "/control/gateway/faults"),
    ("DELETE", "/control/gateway/faults"),
    ("POST", "/control/gateway/limits"),
    ("POST", "/control/gateway/key"),
]


@pytest.fixture
def caller(sandbox: SandboxThread) -> Caller:
    return Caller(sandbox)


def test_every_route_is_told_of_here(sandbox: SandboxThread) -> None:
    there = {(method, f"/control/{path}") for method, path in routes(sandbox)}
    assert there == set(ROUTES)


def routes(sandbox: SandboxThread) -> list[tuple[str, str]]:
    return list(sandbox.exchange.gateway.routes())


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("token", ["", "Bearer wrong"])
def test_without_the_token_nothing_is_done(
    caller: Caller, method: str, path: str, token: str
) -> None:
    assert caller.call(method, path, {}, Authorization=token)[0] == 401


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    "body",
    [[], {"ipo_id": []}, {"company_id": {}}, {"fundings": 5}, {"ipos": [5]}, {"x": 1}],
    ids=str,
)
def test_a_malformed_wish_is_a_sentence(
    caller: Caller, method: str, path: str, body: Any
) -> None:
    status, answer = caller.call(method, path, body)
    assert status in (200, 400)
    assert status == 400 or method != "POST" or path.endswith(("/key", "/records"))
    assert "Traceback" not in str(answer)


def test_a_company_is_registered_and_shown_without_its_keys(caller: Caller) -> None:
    status, answer = caller.call("POST", "/control/gateway/companies", company())
    assert status == 200
    assert answer == {
        "company_id": "CP00010",
        "agent_issuer": "https://portal.example.com/agent",
        "agent_kids": ["agent"],
        "machines": {MACHINE: ["machine"]},
        "entitlements": sorted(EVERYTHING),
        "firm_ids": ["00000"],
    }
    shown = caller.call("GET", "/control/gateway")[1]
    assert shown["companies"] == [answer]
    assert str(jwks("agent")["keys"][0]["n"]) not in json.dumps(shown)


def test_a_company_may_have_several_machines(caller: Caller) -> None:
    wanted = company(machines={MACHINE.replace("ec", "fc"): jwks("machine2")})
    answer = caller.call("POST", "/control/gateway/companies", wanted)[1]
    assert len(answer["machines"]) == 2


def test_a_company_is_replaced_whole(caller: Caller, registered: GatewayClient) -> None:
    assert registered.ask_token()[0] == 200
    wanted = company(agent_jwks=jwks("other"))
    assert caller.call("POST", "/control/gateway/companies", wanted)[0] == 200
    assert registered.ask_token()[0] == 400


def test_a_machine_uuid_is_one_company_s(caller: Caller) -> None:
    caller.call("POST", "/control/gateway/companies", company())
    wanted = company(company_id="CP00020", agent_jwks=jwks("agent2"))
    status, answer = caller.call("POST", "/control/gateway/companies", wanted)
    assert status == 400
    assert "Another company has this machine profile UUID" in answer


def test_one_key_set_for_both_profiles_is_refused(caller: Caller) -> None:
    both = jwks("agent")
    for wanted in (
        company(machine_jwks=both),
        company(machine_jwks=jwks("machine", "agent")),
    ):
        status, answer = caller.call("POST", "/control/gateway/companies", wanted)
        assert status == 400
        assert "Separate sets of public keys" in answer
    assert caller.call("GET", "/control/gateway")[1]["companies"] == []


@pytest.mark.parametrize(
    "changed",
    [
        {"company_id": "../etc"},
        {"company_id": 5},
        {"agent_issuer": ""},
        {"machine_uuid": "not-a-uuid"},
        {"machine_jwks": None},
        {"entitlements": ["EU_everything"]},
        {"firm_ids": ["<b>"]},
        {"agent_jwks": {"keys": []}},
        {"agent_jwks": []},
        {"other": 1},
    ],
    ids=str,
)
def test_a_company_that_makes_no_sense_is_refused(
    caller: Caller, changed: dict[str, Any]
) -> None:
    wanted = company(**changed)
    assert caller.call("POST", "/control/gateway/companies", wanted)[0] == 400


def spoilt(change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    given = copy.deepcopy(jwks("agent"))
    change(given["keys"][0])
    return given


@pytest.mark.parametrize(
    ("member", "value", "said"),
    [
        ("d", "AQAB", "private members"),
        ("p", "AQAB", "private members"),
        ("k", "AQAB", "private members"),
        ("kty", "EC", "kty must be RSA"),
        ("use", "enc", "use must be sig"),
        ("alg", "RS-256", "alg must be RS256"),
        ("alg", "HS256", "alg must be RS256"),
        ("kid", "", "kid is text"),
        ("kid", None, "kid is text"),
        ("exp", None, "exp is an epoch"),
        ("exp", "1672491599", "exp is an epoch"),
        ("exp", True, "exp is an epoch"),
        ("n", "not base64url!", "base64url"),
        ("n", None, "base64url"),
        ("n", "AQAB", "2048 is the least"),
        ("e", "Ag", "no RSA key"),
        ("e", "AQ", "no RSA key"),
    ],
)
def test_a_jwk_that_client_connect_would_not_take_is_refused(
    member: str, value: Any, said: str
) -> None:
    given = spoilt(lambda one: one.update({member: value}))
    with pytest.raises(SandboxError, match=said):
        parse_jwks(given)


def test_a_key_pair_s_private_half_is_never_taken() -> None:
    given = {"keys": [key_of("agent").as_dict(private=True)]}
    with pytest.raises(SandboxError, match="private members"):
        parse_jwks(given)


def test_a_key_of_2047_bits_is_too_short() -> None:
    short = jwks("agent", n=base64url(b"\x7f" + b"\xff" * 255))
    with pytest.raises(SandboxError, match="2047 bits"):
        parse_jwks(short)


@pytest.mark.parametrize(
    ("days", "is_taken"), [(-1, False), (1, True), (364, True), (366, False)]
)
def test_a_jwk_ends_within_a_year(
    sandbox: SandboxThread, caller: Caller, days: int, is_taken: bool
) -> None:
    exp = int(sandbox.exchange.clock.now().timestamp()) + days * DAY
    wanted = company(agent_jwks=jwks("agent", exp=exp))
    status, _ = caller.call("POST", "/control/gateway/companies", wanted)
    assert (status == 200) is is_taken


def test_two_keys_of_a_set_have_two_kids() -> None:
    twins = jwks("agent", "machine", kid="same")
    with pytest.raises(SandboxError, match="same kid"):
        parse_jwks(twins)


def test_records_are_counted_and_shown_on_request(
    caller: Caller, fini: GatewayClient
) -> None:
    fini.add("a", "b")
    wanted = {"ipo_id": "1234", "limit": 1}
    _, answer = caller.call("POST", "/control/gateway/records", wanted)
    (shown,) = answer.pop("records")
    assert answer == {
        "total": 2,
        "authorised": 2,
        "invalidated": 0,
        "own_refs": 2,
        "doubled": {},
    }
    assert "persons" not in shown
    assert (shown["own_ref"], shown["record_id"]) == ("a", "1000000000000001A")
    _, answer = caller.call("POST", "/control/gateway/records", {"ipo_id": "1235"})
    assert answer["total"] == 0


def test_an_ipo_is_listed_and_moves_to_another_status(caller: Caller) -> None:
    ipo = {"ipo_id": "1300", "stk_code": "1", "isin": "KY1", "status": "25"}
    assert caller.call("POST", "/control/gateway/ipos", ipo)[0] == 200
    moved = {"ipo_id": "1300", "status": "60"}
    _, answer = caller.call("POST", "/control/gateway/status", moved)
    assert answer["ipos"][-1] == {**ipo, "status": "60", "refdata": {}, "records": 0}
    for wrong in ({"ipo_id": "1", "status": "60"}, {"ipo_id": "1300", "status": "6"}):
        assert caller.call("POST", "/control/gateway/status", wrong)[0] == 400


FUNDING = {
    "transaction_ref": "6398340999999",
    "ipo_id": "1234",
    "firm_id": "00001",
    "bank": "A bank",
    "amount": "1.00",
    "currency": "HKD",
    "deadline": "2099-03-06 12:00:00",
}


def test_a_funding_list_is_given_to_a_bank(
    caller: Caller, registered: GatewayClient
) -> None:
    wanted = {"company_id": "CP00010", "fundings": [FUNDING]}
    _, answer = caller.call("POST", "/control/gateway/fundings", wanted)
    expected = {**FUNDING, "company_id": "CP00010", "status": "10"}
    assert answer["fundings"][-1] == expected


@pytest.mark.parametrize(
    "changed",
    [
        {"transaction_ref": "1"},
        {"transaction_ref": "639834099999x"},
        {"deadline": "soon"},
        {"ipo_id": "x"},
        {"more": 1},
    ],
    ids=str,
)
def test_a_funding_list_that_makes_no_sense_is_refused_with_all_of_them(
    caller: Caller, registered: GatewayClient, changed: dict[str, Any]
) -> None:
    wanted = {"company_id": "CP00010", "fundings": [FUNDING, FUNDING | changed]}
    assert caller.call("POST", "/control/gateway/fundings", wanted)[0] == 400
    shown = caller.call("GET", "/control/gateway")[1]["fundings"]
    assert len(shown) == 6


def test_a_funding_list_is_not_taken_from_another_bank(
    caller: Caller, registered: GatewayClient
) -> None:
    wanted = {"company_id": "CP00010", "fundings": [FUNDING]}
    caller.call("POST", "/control/gateway/fundings", wanted)
    taken = wanted | {"company_id": "CP00020"}
    assert caller.call("POST", "/control/gateway/fundings", taken)[0] == 400


def test_counters_begin_anew(caller: Caller, fini: GatewayClient) -> None:
    assert caller.call("GET", "/control/gateway/counters")[1]["tokens_issued"] == 1
    caller.call("DELETE", "/control/gateway/counters")
    counted = caller.call("GET", "/control/gateway/counters")[1]
    assert counted["calls"] == {}
    assert counted["tokens_issued"] == 0
    assert counted["most_a_minute"] == {"companies": {}, "machines": {}}


def test_limits_are_changed_while_it_runs(caller: Caller) -> None:
    _, answer = caller.call("POST", "/control/gateway/limits", {"machine": 0})
    assert answer["limits"] == {"company": 480, "machine": 0}
    for wrong in ({"machine": -1}, {"machine": "60"}, {"other": 1}):
        assert caller.call("POST", "/control/gateway/limits", wrong)[0] == 400


def test_switches_are_laid_and_lifted(caller: Caller) -> None:
    path = "/control/gateway/faults"
    wanted = {"cut": {"stage": "after", "times": 2}, "skew": 500}
    assert caller.call("POST", path, wanted)[1] == {
        "cut": {"stage": "after", "times": 2},
        "skew": {"milliseconds": 500},
    }
    caller.call("DELETE", path)
    assert caller.call("POST", path, {})[1] == {}


def test_a_sandbox_without_a_gateway_says_how_to_get_one(
    tmp_path: Any, block: int
) -> None:
    with SandboxThread(tmp_path / "none", block=block) as sandbox:
        status, answer = Caller(sandbox).call("GET", "/control/gateway")
    assert status == 400
    assert "python -m sandbox init" in answer
