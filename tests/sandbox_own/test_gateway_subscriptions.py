"""Subscriptions: added, changed, invalidated, queried; a record's error is its own."""

import json
from typing import Any

import pytest

from sandbox.gateway.subscriptions import ERRORS
from tests.sandbox_own.conftest import Start
from tests.sandbox_own.gateway_client import (
    GatewayClient,
    company,
    jwks,
    person,
    record,
)


def codes(answer: dict[str, Any]) -> list[list[str]]:
    """The record error codes of each entry."""
    assert answer["code"] == "0", answer
    return [[e["recordErrorCode"] for e in one["exception"]] for one in answer["data"]]


def ask(fini: GatewayClient, **wanted: Any) -> tuple[int, Any]:
    """A query; `size` and `nextCursor` apart, fields of its data."""
    paging = {
        "size": wanted.pop("size", None),
        "nextCursor": wanted.pop("nextCursor", "0"),
    }
    return fini.sealed("query", {"data": wanted} | paging)


@pytest.mark.ledger("FINI-22/S", "FINI-28/S")
def test_added_records_answer_as_the_deck_prints_it(fini: GatewayClient) -> None:
    status, answer = fini.add("f992b5c2-fd16-4e57-8387-738cb7aa75fb")
    answer.pop("timestamp")
    assert status == 200
    assert answer == {
        "code": "0",
        "message": "",
        "data": [{"requestID": 1, "recordID": "1000000000000001A", "exception": []}],
        "totalSize": 1,
        "exception": [],
    }


@pytest.mark.ledger("FINI-22/S")
def test_a_thousand_records_are_taken_and_a_thousand_and_one_are_not(
    fini: GatewayClient,
) -> None:
    seal = fini.seal()
    one = record("many", seal)
    entries = [one | {"requestID": str(n), "ownRef": f"ref-{n}"} for n in range(1001)]
    status, answer = fini.sealed("add", {"data": entries}, seal)
    assert (status, answer["code"]) == (400, "405904")
    status, answer = fini.sealed("add", {"data": entries[:1000]}, seal)
    assert (status, answer["totalSize"]) == (200, 1000)
    assert [one["requestID"] for one in answer["data"]] == list(range(1000))
    found = fini.sandbox.gateway_records(ipo_id="1234")
    assert (found["total"], found["own_refs"], found["doubled"]) == (1000, 1000, {})


@pytest.mark.ledger("FINI-22/S")
@pytest.mark.parametrize("data", [[], {}, None, "text", 1])
@pytest.mark.parametrize("name", ["add", "change", "invalidate"])
def test_no_array_of_records_is_refused(
    fini: GatewayClient, name: str, data: Any
) -> None:
    assert fini.sealed(name, {"data": data})[1]["code"] == "405904"


@pytest.mark.ledger("FINI-22/S")
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"requestID": None}, "SBX101"),
        ({"requestID": "1" * 21}, "SBX101"),
        ({"ipoID": "9999"}, "SBX102"),
        ({"ipoID": None}, "SBX102"),
        ({"idList": []}, "SBX103"),
        ({"idList": [None]}, "SBX104"),
        ({"idList": [{}]}, "SBX104"),
        ({"appQuantity": "0"}, "SBX105"),
        ({"appQuantity": "-1000"}, "SBX105"),
        ({"appQuantity": "10.5"}, "SBX105"),
        ({"appQuantity": 10.5}, "SBX105"),
        ({"appQuantity": "1e3"}, "SBX105"),
        ({"appQuantity": True}, "SBX105"),
        ({"appQuantity": None}, "SBX105"),
        ({"firmID": "99999"}, "SBX106"),
        ({"firmID": None}, "SBX106"),
        ({"ownRef": ""}, "SBX107"),
        ({"ownRef": "x" * 65}, "SBX107"),
        ({"ownRef": "\ud800"}, "SBX107"),
    ],
    ids=str,
)
def test_a_wrong_record_is_refused_alone(
    fini: GatewayClient, changed: dict[str, Any], code: str
) -> None:
    seal = fini.seal()
    entries = [record("before", seal), record("wrong", seal) | changed]
    entries += [record("after", seal)]
    escaped = json.dumps({"data": [*entries, "no object"]}).encode()
    _, answer = fini.sealed("add", escaped, seal)
    assert codes(answer) == [[], [code], [], ["SBX100"]]
    assert "recordID" not in answer["data"][1]
    held = fini.sandbox.gateway_records(limit=10)["records"]
    assert [one["own_ref"] for one in held] == ["before", "after"]


@pytest.mark.ledger("FINI-22/S")
@pytest.mark.parametrize("field", ["idType", "idCountryJurisdiction", "idNum"])
def test_a_person_without_an_identification_is_refused(
    fini: GatewayClient, field: str
) -> None:
    seal = fini.seal()
    whole = person(seal)
    without = {name: value for name, value in whole.items() if name != field}
    entries = [
        record("a", seal, idList=[without]),
        record("b", seal, idList=[whole | {field: seal.encrypt("")}]),
        record("c", seal, idList=[whole]),
    ]
    _, answer = fini.sealed("add", {"data": entries}, seal)
    assert codes(answer) == [["SBX104"], ["SBX104"], []]


@pytest.mark.ledger("FINI-22/S")
def test_one_of_the_two_names_is_enough(fini: GatewayClient) -> None:
    seal = fini.seal()
    entries = []
    for kept in ("fullNameEng", "fullNameChi", "neither"):
        names = {"fullNameEng", "fullNameChi"} - {kept}
        shown = {k: v for k, v in person(seal).items() if k not in names}
        entries.append(record(kept, seal, idList=[shown]))
    _, answer = fini.sealed("add", {"data": entries}, seal)
    assert codes(answer) == [[], [], ["SBX104"]]


def test_the_same_record_added_twice_is_two_records(fini: GatewayClient) -> None:
    fini.add("twin")
    fini.add("twin", "single")
    found = fini.sandbox.gateway_records(ipo_id="1234", company_id="CP00010")
    assert (found["total"], found["own_refs"]) == (3, 2)
    assert found["doubled"] == {"twin": 2}


@pytest.mark.ledger("FINI-23/S")
def test_a_changed_record_says_what_the_change_said(fini: GatewayClient) -> None:
    (added,) = fini.add("before")[1]["data"]
    seal = fini.seal()
    entry = record("after", seal, appQuantity="2000", recordID=added["recordID"])
    entry["idList"] = [person(seal, fullNameEng="Chan Siu Ming")]
    _, answer = fini.sealed("change", {"data": [entry]}, seal)
    assert codes(answer) == [[]]
    assert answer["data"][0]["recordID"] == added["recordID"]
    (held,) = fini.sandbox.gateway_records(limit=9, persons=True)["records"]
    assert (held["own_ref"], held["quantity"], held["record_id"]) == (
        "after",
        2000,
        added["recordID"],
    )
    assert held["persons"][0]["fullNameEng"] == "Chan Siu Ming"


@pytest.mark.ledger("FINI-23/S")
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"recordID": None}, "SBX108"),
        ({"recordID": "1000000000000099A"}, "SBX108"),
        ({"recordID": "1A"}, "SBX108"),
        ({"ipoID": "1235"}, "SBX110"),
        ({"appQuantity": "0"}, "SBX105"),
    ],
    ids=str,
)
def test_a_change_that_does_not_hold_changes_nothing(
    fini: GatewayClient, changed: dict[str, Any], code: str
) -> None:
    (added,) = fini.add("kept")[1]["data"]
    seal = fini.seal()
    entry = record("lost", seal, recordID=added["recordID"]) | changed
    assert codes(fini.sealed("change", {"data": [entry]}, seal)[1]) == [[code]]
    (held,) = fini.sandbox.gateway_records(limit=9)["records"]
    assert held["own_ref"] == "kept"


@pytest.mark.ledger("FINI-24/S")
def test_an_invalidated_record_stands_no_more_and_ends_once(
    fini: GatewayClient,
) -> None:
    one, two = fini.add("one", "two")[1]["data"]
    entry = {"requestID": "7", "recordID": one["recordID"]}
    _, answer = fini.sealed("invalidate", {"data": [entry, entry]})
    assert codes(answer) == [[], ["SBX109"]]
    assert answer["data"][0] | {"exception": []} == {
        "requestID": 7,
        "recordID": one["recordID"],
        "exception": [],
    }
    seal = fini.seal()
    change = record("one", seal, recordID=one["recordID"])
    assert codes(fini.sealed("change", {"data": [change]}, seal)[1]) == [["SBX109"]]
    found = fini.sandbox.gateway_records()
    assert (found["authorised"], found["invalidated"]) == (1, 1)
    assert two["recordID"] == "1000000000000002A"


@pytest.mark.ledger("FINI-25/S")
def test_a_query_by_ipo_gives_pages_of_own_records(fini: GatewayClient) -> None:
    fini.add("a", "b", "c")
    fini.add("other", ipoID="1235")
    first = ask(fini, ipoID="1234", size=2)[1]
    assert [one["ownRef"] for one in first["data"]] == ["a", "b"]
    assert first["nextCursor"] == "1000000000000003A"
    second = ask(fini, ipoID="1234", size=2, nextCursor=first["nextCursor"])[1]
    assert [one["ownRef"] for one in second["data"]] == ["c"]
    assert (second["nextCursor"], second["totalSize"]) == ("", 1)


@pytest.mark.ledger("FINI-25/S")
def test_a_query_tells_everything_of_a_record(fini: GatewayClient) -> None:
    fini.add("mine")
    (entry,) = ask(fini, ipoID="1234")[1]["data"]
    entry.pop("idList")
    assert entry == {
        "requestID": "1",
        "recordID": "1000000000000001A",
        "ipoID": "1234",
        "appQuantity": "1000",
        "firmID": "00000",
        "ownRef": "mine",
        "subFlowStatus": "3",
        "exception": [],
    }


@pytest.mark.ledger("FINI-25/S")
def test_a_query_by_record_gives_those_that_are_own_and_authorised(
    fini: GatewayClient,
) -> None:
    one, two = (entry["recordID"] for entry in fini.add("one", "two")[1]["data"])
    fini.sealed("invalidate", {"data": [{"recordID": two}]})
    _, answer = ask(fini, recordID=[one, two, "1000000000000009A", 5])
    assert codes(answer) == [[], ["SBX108"], ["SBX108"], ["SBX108"]]
    assert [entry.get("recordID") for entry in answer["data"]] == [
        one,
        two,
        "1000000000000009A",
        None,
    ]
    (ended,) = ask(fini, recordID=[two], subFlowStatus="4")[1]["data"]
    assert ended["ownRef"] == "two"


@pytest.mark.ledger("FINI-25/S")
def test_a_query_can_ask_for_one_status(fini: GatewayClient) -> None:
    one, _ = (entry["recordID"] for entry in fini.add("one", "two")[1]["data"])
    fini.sealed("invalidate", {"data": [{"recordID": one}]})
    by_status = {
        status: [e["ownRef"] for e in ask(fini, ipoID="1234", **asked)[1]["data"]]
        for status, asked in (
            ("3", {"subFlowStatus": "3"}),
            ("4", {"subFlowStatus": "4"}),
            ("all", {"subFlowStatus": None}),
        )
    }
    assert by_status == {"3": ["two"], "4": ["one"], "all": ["one", "two"]}


@pytest.mark.ledger("FINI-25/S")
@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({}, "SBX903"),
        ({"ipoID": None, "recordID": []}, "SBX903"),
        ({"ipoID": "9999"}, "SBX102"),
        ({"ipoID": "1234", "subFlowStatus": "9"}, "SBX904"),
        ({"ipoID": "1234", "size": 0}, "401900"),
        ({"ipoID": "1234", "size": 1001}, "401900"),
        ({"ipoID": "1234", "nextCursor": None}, "SBX901"),
        ({"ipoID": "1234", "nextCursor": "zero"}, "SBX901"),
        ({"recordID": "1000000000000001A"}, "405904"),
        ({"recordID": ["1000000000000001A"] * 1001}, "405904"),
    ],
    ids=str,
)
def test_a_query_that_names_nothing_right_is_refused(
    fini: GatewayClient, wanted: dict[str, Any], code: str
) -> None:
    status, answer = ask(fini, **wanted)
    assert (status, answer["code"]) == (400, code)


@pytest.mark.ledger("FINI-25/S")
def test_another_company_s_records_are_neither_seen_nor_touched(
    fini: GatewayClient,
) -> None:
    (mine,) = fini.add("mine")[1]["data"]
    fini.sandbox.register_company(
        **company(
            company_id="CP00020",
            machine_uuid="11111111-2222-3333-4444-555555555555",
            agent_jwks=jwks("agent2"),
            machine_jwks=jwks("machine2"),
        )
    )
    sign_in_as_the_other(fini)
    assert ask(fini, ipoID="1234")[1]["data"] == []
    assert codes(ask(fini, recordID=[mine["recordID"]])[1]) == [["SBX108"]]
    named = {"data": [{"recordID": mine["recordID"]}]}
    assert codes(fini.sealed("invalidate", named)[1]) == [["SBX108"]]
    assert fini.sandbox.gateway_records()["authorised"] == 1


def sign_in_as_the_other(fini: GatewayClient) -> None:
    uuid, plain = "11111111-2222-3333-4444-555555555555", {"header": {"alg": "RS256"}}
    agent = fini.assertion("agent", sub="CP00020", key="agent2", **plain)
    machine = fini.assertion("machine", iss=uuid, sub=uuid, key="machine2", **plain)
    answer = fini.ask_token(assertion=agent, client_assertion=machine)[1]
    fini.token = answer["access_token"]


def test_ipos_of_a_closed_status_take_nothing(start: Start) -> None:
    sandbox = start(gateway_closed_statuses=["70"])
    sandbox.register_company(**company())
    client = GatewayClient(sandbox).sign_in()
    assert codes(client.add("late", ipoID="1238")[1]) == [["SBX111"]]
    assert codes(client.add("early", ipoID="1237")[1]) == [[]]
    client.close()


def test_every_error_of_ours_is_marked_as_the_sandbox_s() -> None:
    assert all(code.startswith("SBX") for code in ERRORS)
