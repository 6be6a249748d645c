"""The gateway's switches: broken lines and answers, the work done all the same."""

import http.client
import json
from typing import Any

import pytest

from sandbox.gateway import faults
from sandbox.layout import SandboxError
from tests.sandbox_own.builders import eventually
from tests.sandbox_own.gateway_client import GatewayClient, record

LIST = "/api/ipos/list/v1?nextCursor=0"
ADD = "*/subscriptions/add/*"
BROKEN = (http.client.HTTPException, ConnectionError)


def total(fini: GatewayClient) -> int:
    return int(fini.sandbox.gateway_records()["total"])


@pytest.mark.parametrize(
    ("stage", "held"), [("before", 0), ("after", 1), ("middle", 1)]
)
def test_a_cut_loses_the_answer_and_keeps_what_was_done(
    fini: GatewayClient, stage: str, held: int
) -> None:
    fini.sandbox.gateway_faults(cut={"stage": stage, "path": ADD, "times": 1})
    with pytest.raises(BROKEN):
        fini.add("lost")
    fini.close()
    assert total(fini) == held
    assert fini.add("next")[0] == 200
    calls = fini.sandbox.gateway_counters()["calls"]
    assert calls["/api/eipo/subscriptions/add/v1"] == {"200": 1, "cut": 1}


def test_a_cut_in_the_middle_gives_half_the_answer(fini: GatewayClient) -> None:
    fini.sandbox.gateway_faults(cut={"stage": "middle", "times": 1})
    with pytest.raises(http.client.IncompleteRead) as broken:
        fini.get(LIST)
    assert broken.value.partial.startswith(b'{"code":"0"')


@pytest.mark.parametrize("code", [500, 502, 503, 504])
@pytest.mark.parametrize(("counts", "held"), [(False, 0), (True, 1)])
def test_an_error_status_with_or_without_the_work_done(
    fini: GatewayClient, code: int, counts: bool, held: int
) -> None:
    fini.sandbox.gateway_faults(
        status={"code": code, "counts": counts, "path": ADD, "times": 2}
    )
    assert fini.add("first")[0] == code
    assert total(fini) == held
    assert fini.get(LIST)[0] == 200
    assert [fini.add("again")[0] for _ in range(2)] == [code, 200]


@pytest.mark.parametrize("kind", ["not_json", "cut_json", "other_shape", "empty"])
@pytest.mark.parametrize(("counts", "held"), [(False, 0), (True, 1)])
def test_an_answer_that_is_none_with_or_without_the_work_done(
    fini: GatewayClient, kind: str, counts: bool, held: int
) -> None:
    switch = {"kind": kind, "counts": counts, "path": ADD, "times": 1}
    fini.sandbox.gateway_faults(answer=switch)
    raw = raw_answer(fini, "odd")
    assert total(fini) == held
    if kind == "other_shape":
        assert isinstance(json.loads(raw), list)
    else:
        with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
            json.loads(raw)


def raw_answer(fini: GatewayClient, ref: str) -> bytes:
    seal = fini.seal()
    body = json.dumps({"data": [record(ref, seal)]}).encode()
    headers = {k.replace("_", "-"): v for k, v in seal.headers(body).items()}
    headers["Authorization"] = f"Bearer {fini.token}"
    fini.line.request("POST", "/api/eipo/subscriptions/add/v1", body, headers)
    answer = fini.line.getresponse()
    assert answer.status == 200
    return answer.read()


def test_a_huge_answer_is_as_long_as_it_says(fini: GatewayClient) -> None:
    fini.sandbox.gateway_faults(answer={"kind": "huge", "bytes": 3_000_001})
    fini.line.request("GET", LIST, headers={"Authorization": f"Bearer {fini.token}"})
    answer = fini.line.getresponse()
    assert answer.getheader("Content-Length") == "3000001"
    assert len(answer.read()) == 3_000_001


def test_a_client_may_leave_a_huge_answer_early(fini: GatewayClient) -> None:
    fini.sandbox.gateway_faults(answer={"kind": "huge", "times": 1})
    fini.line.request("GET", LIST, headers={"Authorization": f"Bearer {fini.token}"})
    answer = fini.line.getresponse()
    assert answer.getheader("Content-Length") == "200000000"
    answer.close()
    fini.close()
    assert fini.get(LIST)[0] == 200


@pytest.mark.parametrize(("stage", "held_meanwhile"), [("before", 0), ("after", 1)])
def test_a_client_that_does_not_wait_is_served_all_the_same(
    fini: GatewayClient, stage: str, held_meanwhile: int
) -> None:
    switch = {"seconds": 2, "stage": stage, "path": ADD, "times": 1}
    fini.sandbox.gateway_faults(slow=switch)
    fini.line.sock.settimeout(0.2)
    with pytest.raises(TimeoutError):
        fini.add("late")
    fini.close()
    assert total(fini) == held_meanwhile
    eventually(lambda: total(fini) == 1)


def test_a_slow_answer_does_not_hold_up_the_others(fini: GatewayClient) -> None:
    fini.sandbox.gateway_faults(slow={"seconds": 60, "path": ADD})
    fini.line.request("POST", "/api/eipo/subscriptions/add/v1", b"")
    other = GatewayClient(fini.sandbox)
    other.token = fini.token
    assert other.get(LIST)[0] == 200
    other.close()


def test_refused_tokens_are_401_for_so_many_calls(fini: GatewayClient) -> None:
    fini.sandbox.gateway_faults(refuse_tokens={"times": 2})
    assert [fini.get(LIST)[0] for _ in range(3)] == [401, 401, 200]


def test_skew_moves_the_gateway_s_clock_alone(fini: GatewayClient) -> None:
    fini.sandbox.gateway_faults(skew=-10_000)
    meta = fini.get("/api/crypto/meta")[1]["data"]["serverTimestamp"]
    assert -11 < meta / 1000 - fini.now() <= -10
    fini.sandbox.gateway_faults(skew=31_000)
    assert fini.get(LIST)[0] == 401


def test_record_errors_strike_every_nth_entry(fini: GatewayClient) -> None:
    fini.sandbox.gateway_faults(record_errors={"every": 3, "error_code": "X1"})
    _, answer = fini.add("a", "b", "c", "d", "e", "f", "g")
    struck = [bool(one["exception"]) for one in answer["data"]]
    assert struck == [False, False, True, False, False, True, False]
    assert answer["data"][2]["exception"][0]["recordErrorCode"] == "X1"
    assert total(fini) == 5


def test_record_errors_can_be_ordered_for_one_own_ref(fini: GatewayClient) -> None:
    fini.sandbox.gateway_faults(record_errors={"ref": "b", "message": "No."})
    _, answer = fini.add("a", "b")
    assert [one["exception"] for one in answer["data"]] == [
        [],
        [{"recordErrorCode": "SBX199", "recordErrorMsg": "No."}],
    ]


def test_record_errors_strike_changes_ends_and_funding_too(
    fini: GatewayClient,
) -> None:
    (added,) = fini.add("a")[1]["data"]
    fini.sandbox.gateway_faults(record_errors={"every": 1})
    seal = fini.seal()
    change = record("b", seal, recordID=added["recordID"])
    for name, entry in (("change", change), ("invalidate", added)):
        answer = fini.sealed(name, {"data": [entry]}, seal)[1]
        assert answer["data"][0]["exception"]
        seal = fini.seal()
    entry = {"transactionRef": "6398340114921", "preFundingStatus": "20"}
    answer = fini.post("/api/eipo/funding/confirm/v1", {"data": [entry]})[1]
    assert answer["data"][0]["preFundingStatus"] == "10"
    assert answer["data"][0]["exception"]


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("unknown", True),
        ("slow", -1),
        ("slow", {"stage": "before"}),
        ("slow", {"seconds": 1, "stage": "never"}),
        ("slow", float("nan")),
        ("status", 200),
        ("status", {"code": 500, "counts": "yes"}),
        ("cut", "sideways"),
        ("answer", {"kind": "huge", "bytes": 10**12}),
        ("answer", ["huge"]),
        ("refuse_tokens", {"on": 1}),
        ("refuse_tokens", {"times": 0}),
        ("record_errors", {"every": 0}),
        ("record_errors", {"ref": 5}),
        ("skew", 1.5),
        ("skew", {"milliseconds": 1, "path": 5}),
        ("skew", {"milliseconds": 1, "other": 5}),
    ],
)
def test_a_switch_that_makes_no_sense_is_refused(kind: str, given: Any) -> None:
    with pytest.raises(SandboxError):
        faults.parse(kind, given)


def test_null_and_false_lift_a_switch() -> None:
    on = faults.Faults()
    on.merge({"cut": "after", "skew": 5})
    on.merge({"cut": None})
    assert on.view() == {"skew": {"milliseconds": 5}}
    on.merge({"skew": False})
    assert on.view() == {}
