"""Each call is written as the deck prints it, and what FINI would refuse is not."""

import datetime as dt
import json
from typing import Any

import pytest

from fini import calls, envelope, names
from fini.batches.records import Record
from fini.wire import access

RECORD = Record(
    row=2,
    own_ref="f992b5c2-fd16-4e57-8387-738cb7aa75fb",
    ipo_id="1234",
    firm_id="00000",
    quantity=1000,
    id_type="1",
    jurisdiction="HKG",
    number="A123456(3)",
    name_english="CHAN TAI MAN",
    name_chinese="陳大文",
)


def body(call: calls.Call) -> Any:
    assert call.payload is not None
    return json.loads(envelope.serialise(call.payload))


@pytest.mark.ledger("FINI-15/P", "FINI-20/P")
def test_the_list_of_ipos_is_asked_for_in_the_uri() -> None:
    call = calls.ipo_list(size=5)
    assert (call.method, call.path) == ("GET", "/api/ipos/list/v1")
    assert (call.query, call.payload) == ({"size": "5", "nextCursor": "0"}, None)


@pytest.mark.ledger("FINI-20/P")
@pytest.mark.parametrize("size", [0, -1, 1001])
def test_a_page_of_another_size_is_not_asked_for(size: int) -> None:
    with pytest.raises(ValueError, match="1 to 1,000"):
        calls.ipo_list(size=size)


@pytest.mark.ledger("FINI-20/P")
def test_without_a_size_only_the_cursor_is_sent() -> None:
    assert calls.ipo_list("1239").query == {"nextCursor": "1239"}


@pytest.mark.ledger("FINI-21/P")
def test_reference_data_is_asked_for_by_ipo() -> None:
    call = calls.ipo_reference("1234")
    assert (call.method, call.path) == ("GET", "/api/ipos/refdata/v1")
    assert call.query == {"ipoID": "1234"}


@pytest.mark.ledger("FINI-15/P", "FINI-22/P")
def test_an_added_subscription_has_the_decks_fields_in_its_order() -> None:
    call = calls.add([("1", RECORD)])
    assert (call.method, call.path) == ("POST", "/api/eipo/subscriptions/add/v1")
    (entry,) = body(call)["data"]
    assert list(entry) == [
        *("requestID", "ipoID", "idList", "appQuantity", "firmID", "ownRef")
    ]
    assert entry["appQuantity"] == "1000"
    assert entry["idList"] == [
        {
            "idType": "1",
            "idCountryJurisdiction": "HKG",
            "idNum": "A123456(3)",
            "fullNameEng": "CHAN TAI MAN",
            "fullNameChi": "陳大文",
        }
    ]


@pytest.mark.ledger("FINI-23/P")
def test_a_change_is_an_addition_with_its_record_id() -> None:
    call = calls.change([("1", "1234567890123456A", RECORD)])
    (changed,), (added,) = body(call)["data"], body(calls.add([("1", RECORD)]))["data"]
    assert (call.method, call.path) == ("POST", "/api/eipo/subscriptions/change/v1")
    assert changed == {**added, "recordID": "1234567890123456A"}


@pytest.mark.ledger("FINI-24/P")
def test_an_invalidation_names_its_records() -> None:
    call = calls.invalidate(["1234567890123456A"])
    assert (call.method, call.path) == ("POST", "/api/eipo/subscriptions/invalidate/v1")
    assert body(call) == {"data": [{"recordID": "1234567890123456A"}]}


@pytest.mark.parametrize("count", [0, 1001])
def test_an_array_has_one_to_a_thousand_records(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 1,000"):
        calls.add([(str(at), RECORD) for at in range(count)])
    with pytest.raises(ValueError, match="1 to 1,000"):
        calls.invalidate([str(at) for at in range(count)])


def test_nothing_is_named_twice_in_an_array() -> None:
    with pytest.raises(ValueError, match="requestID comes once"):
        calls.add([("1", RECORD), ("1", RECORD)])
    with pytest.raises(ValueError, match="recordID comes once"):
        calls.invalidate(["1", "1"])


@pytest.mark.ledger("FINI-25/P")
def test_subscriptions_are_queried_as_the_deck_does() -> None:
    call = calls.subscriptions(ipo_id="1234", size=100)
    assert (call.method, call.path) == ("POST", "/api/eipo/subscriptions/query/v1")
    assert body(call) == {"data": {"ipoID": "1234"}, "size": 100, "nextCursor": "0"}


@pytest.mark.ledger("FINI-25/P")
def test_a_query_by_records_may_filter_by_status() -> None:
    call = calls.subscriptions(
        record_ids=["1234567A"], sub_flow_status=names.AUTHORISED, cursor="7"
    )
    assert body(call) == {
        "data": {"recordID": ["1234567A"], "subFlowStatus": "3"},
        "nextCursor": "7",
    }


@pytest.mark.ledger("FINI-25/P")
def test_a_query_names_an_ipo_or_records() -> None:
    with pytest.raises(ValueError, match="an IPO or records"):
        calls.subscriptions()
    with pytest.raises(ValueError, match="1,000 records"):
        calls.subscriptions(record_ids=["1"] * 1001)


@pytest.mark.ledger("FINI-26/P")
def test_funding_is_queried_by_ipo() -> None:
    call = calls.funding("1234", size=1000)
    assert (call.method, call.path) == ("POST", "/api/eipo/funding/query/v1")
    assert body(call) == {"data": {"ipoID": "1234"}, "size": 1000, "nextCursor": "0"}


@pytest.mark.ledger("FINI-27/P")
def test_funding_is_confirmed_and_rejected_by_reference() -> None:
    call = calls.confirm([("6398340114921", "20"), ("6398340114972", "30")])
    assert (call.method, call.path) == ("POST", "/api/eipo/funding/confirm/v1")
    assert body(call) == {
        "data": [
            {"transactionRef": "6398340114921", "preFundingStatus": "20"},
            {"transactionRef": "6398340114972", "preFundingStatus": "30"},
        ]
    }


@pytest.mark.ledger("FINI-27/P")
@pytest.mark.parametrize(
    "decisions",
    [
        [("1", "10")],
        [("1", "")],
        [("", "20")],
        [("1", "20"), ("1", "30")],
        [("1", "20"), ("1", "20")],
    ],
)
def test_no_other_decision_is_sent(decisions: list[tuple[str, str]]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        calls.confirm(decisions)


@pytest.mark.ledger("FINI-08/P")
def test_the_calls_of_subscriptions_are_the_encrypted_ones() -> None:
    secret = [
        calls.add([("1", RECORD)]),
        calls.change([("1", "1", RECORD)]),
        calls.invalidate(["1"]),
        calls.subscriptions(ipo_id="1"),
    ]
    plain = [calls.crypto_meta(), calls.ipo_list(), calls.funding("1")]
    assert [call.encrypted() for call in (*secret, *plain)] == [True] * 4 + [False] * 3
    assert calls.funding("1").encrypted(("/api/eipo/",))


def test_crypto_meta_is_a_get_unless_set_otherwise() -> None:
    assert calls.crypto_meta().method == "GET"
    assert calls.crypto_meta("POST").method == "POST"


def test_every_call_carries_the_token() -> None:
    assert calls.headers("abc") == {
        "Authorization": "Bearer abc",
        "Accept": "application/json",
        "Accept-Language": "en-US",
        "Content-Type": "application/json",
    }


@pytest.mark.ledger("FINI-11/P")
def test_a_timestamp_is_ours_plus_the_clocks_difference() -> None:
    now = dt.datetime(2021, 12, 21, 7, 14, 21, 500_000, tzinfo=dt.UTC)
    meta = access.CryptoMeta("", 1640070861735)
    sent = calls.gateway_ms(access.epoch_ms(now), meta.clock_offset_ms(now))
    assert sent == 1640070861735


def test_nothing_of_a_person_shows_in_a_calls_repr() -> None:
    assert "A123456" not in repr((calls.add([("1", RECORD)]), RECORD))
