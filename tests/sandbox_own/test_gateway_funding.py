"""Funding lists: queried by the designated bank, confirmed or rejected once."""

from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox_own.gateway_client import GatewayClient, company, jwks

QUERY, CONFIRM = "/api/eipo/funding/query/v1", "/api/eipo/funding/confirm/v1"
FIRST = "6398340114921"


def lists(fini: GatewayClient, **wanted: Any) -> list[dict[str, Any]]:
    status, answer = fini.post(QUERY, {"data": wanted, "size": 100, "nextCursor": "0"})
    assert status == 200
    found: list[dict[str, Any]] = answer["data"]
    return found


def confirm(fini: GatewayClient, *pairs: tuple[Any, Any]) -> list[dict[str, Any]]:
    entries = [{"transactionRef": ref, "preFundingStatus": to} for ref, to in pairs]
    status, answer = fini.post(CONFIRM, {"data": entries})
    assert (status, answer["code"]) == (200, "0")
    found: list[dict[str, Any]] = answer["data"]
    return found


def codes(entry: dict[str, Any]) -> list[str]:
    return [error["recordErrorCode"] for error in entry["exception"]]


@pytest.mark.ledger("FINI-26/S")
def test_a_bank_finds_its_pending_lists(fini: GatewayClient) -> None:
    found = lists(fini)
    assert len(found) == 6
    assert {one["preFundingStatus"] for one in found} == {"10"}
    assert all(len(one["transactionRef"]) == 13 for one in found)
    assert len({one["bank"] for one in found}) == 2
    assert set(found[0]) == {
        *("transactionRef", "ipoID", "firmID", "bank", "amount", "currency"),
        *("preFundingStatus", "deadline", "exception"),
    }


@pytest.mark.ledger("FINI-26/S")
def test_lists_come_by_ipo_and_in_pages(fini: GatewayClient) -> None:
    assert {one["ipoID"] for one in lists(fini, ipoID="1235")} == {"1235"}
    seen, cursor = [], "0"
    while cursor:
        wanted = {"data": {}, "size": 4, "nextCursor": cursor}
        answer = fini.post(QUERY, wanted)[1]
        seen += [one["transactionRef"] for one in answer["data"]]
        cursor = answer["nextCursor"]
    assert seen == [one["transactionRef"] for one in lists(fini)]


@pytest.mark.ledger("FINI-26/S")
@pytest.mark.parametrize(
    "payload",
    [
        {"data": [], "nextCursor": "0"},
        {"data": {"ipoID": "x"}, "nextCursor": "0"},
        {"data": {}},
        {"data": {}, "size": 0, "nextCursor": "0"},
        [],
    ],
)
def test_a_malformed_query_is_refused(fini: GatewayClient, payload: Any) -> None:
    assert fini.post(QUERY, payload)[0] == 400


@pytest.mark.ledger("FINI-27/S")
def test_lists_are_confirmed_and_rejected_as_the_deck_prints_it(
    fini: GatewayClient,
) -> None:
    second = lists(fini)[1]["transactionRef"]
    assert confirm(fini, (FIRST, "20"), (second, "30")) == [
        {"transactionRef": FIRST, "preFundingStatus": "20", "exception": []},
        {"transactionRef": second, "preFundingStatus": "30", "exception": []},
    ]
    statuses = [one["preFundingStatus"] for one in lists(fini)]
    assert statuses == ["20", "30", "10", "10", "10", "10"]


@pytest.mark.ledger("FINI-27/S")
@pytest.mark.parametrize("status", ["10", "25", 20, None, [], ""])
def test_another_status_is_refused(fini: GatewayClient, status: Any) -> None:
    (answer,) = confirm(fini, (FIRST, status))
    assert (codes(answer), answer["preFundingStatus"]) == (["SBX202"], "10")


@pytest.mark.ledger("FINI-27/S")
def test_a_list_is_decided_once(fini: GatewayClient) -> None:
    first, second = confirm(fini, (FIRST, "20"), (FIRST, "30"))
    assert (codes(first), codes(second)) == ([], ["SBX203"])
    assert second["preFundingStatus"] == "20"


@pytest.mark.ledger("FINI-27/S")
def test_after_the_deadline_nothing_is_decided(fini: GatewayClient) -> None:
    past = timedelta(days=3).total_seconds()
    offset = fini.sandbox.exchange.clock.offset.total_seconds()
    fini.sandbox.shift_clock(offset + past)
    fini.sign_in()
    (answer,) = confirm(fini, (FIRST, "20"))
    assert codes(answer) == ["SBX204"]


@pytest.mark.ledger("FINI-27/S")
@pytest.mark.parametrize("ref", ["6398340199999", "x", None, 1, {}, "1" * 30])
def test_an_unknown_list_is_refused(fini: GatewayClient, ref: Any) -> None:
    (answer,) = confirm(fini, (ref, "20"))
    assert codes(answer) == ["SBX201"]


def test_another_bank_s_lists_are_neither_seen_nor_decided(
    fini: GatewayClient,
) -> None:
    bank = company(
        company_id="CP00020",
        machine_uuid="11111111-2222-3333-4444-555555555555",
        agent_jwks=jwks("agent2"),
        machine_jwks=jwks("machine2"),
    )
    fini.sandbox.register_company(**bank)
    held = fini.sandbox.call(fini.sandbox.exchange.gateway.view)["fundings"]
    theirs = [one for one in held if one["company_id"] == "CP00020"]
    assert len(theirs) == 6
    assert len(lists(fini)) == 6
    (answer,) = confirm(fini, (theirs[0]["transaction_ref"], "20"))
    assert codes(answer) == ["SBX201"]


def test_a_company_without_the_entitlement_gets_no_lists(
    gateway_client: GatewayClient,
) -> None:
    sandbox = gateway_client.sandbox
    sandbox.register_company(**company(entitlements=["EU_finiPOSubAPI"]))
    assert sandbox.call(sandbox.exchange.gateway.view)["fundings"] == []
