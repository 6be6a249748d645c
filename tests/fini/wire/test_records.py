"""Records of the eight endpoints: the deck's, and anything that a gateway might say."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fini import names
from fini.errors import AnswerUnreadable
from fini.wire import access, answers, records
from fini.wire.answers import RecordError
from fini.wire.json_text import parse
from fini.wire.scalars import Fields
from tests.fini import deck

NAMED = sorted(
    value
    for name, value in vars(names).items()
    if name.isupper() and isinstance(value, str) and value.isidentifier()
)
WORTH = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=12), st.just("0")
)
JSON = st.recursive(
    WORTH,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(NAMED), inner, max_size=6),
    ),
    max_leaves=12,
)
READERS: list[Callable[[Fields], Any]] = [
    records.ipo,
    records.outcome,
    records.subscription,
    records.funding,
]


@pytest.mark.ledger("FINI-28/P")
def test_the_decks_added_record_has_its_id_though_the_request_id_is_a_number() -> None:
    (found,) = answers.answer(parse(deck.ADDED.encode())).entries(records.outcome)
    assert (found.request_id, found.record_id) == ("1", "1234567890123456A")
    assert found.recorded


def test_a_record_with_an_exception_was_not_recorded() -> None:
    found = records.outcome(
        {
            "requestID": "7",
            "recordID": "1234567890123456A",
            "exception": [{"recordErrorCode": "411010", "recordErrorMsg": "wrong"}],
        }
    )
    assert not found.recorded
    assert found.errors == (RecordError("411010", "wrong"),)


def test_a_record_without_an_id_was_not_recorded() -> None:
    assert not records.outcome({"requestID": "7", "exception": []}).recorded


def test_the_decks_confirmed_funding_is_read_record_by_record() -> None:
    found = answers.answer(parse(deck.CONFIRMED.encode())).entries(records.funding)
    assert [(f.transaction_ref, f.pre_funding_status) for f in found] == [
        ("6398340114921", "20"),
        ("6398340114972", "30"),
    ]


@pytest.mark.parametrize("status", ["10", "99", "new"])
def test_an_unknown_code_is_data(status: str) -> None:
    found = records.funding({"transactionRef": "1", "preFundingStatus": status})
    assert found.pre_funding_status == status


@pytest.mark.parametrize("written", ["1000", 1000, " 1000 "])
def test_a_quantity_is_text_or_number(written: object) -> None:
    found = records.subscription({"recordID": "1", "appQuantity": written})
    assert found.quantity == 1000


@pytest.mark.parametrize("written", ["1.5", "1e3", "9" * 26, "١", True, [1]])
def test_a_quantity_that_is_no_whole_number_is_the_one_error(written: object) -> None:
    with pytest.raises(AnswerUnreadable):
        records.subscription({"recordID": "1", "appQuantity": written})


def test_a_subscription_keeps_what_it_says() -> None:
    found = records.subscription(
        {
            "recordID": "1234567890123456A",
            "ipoID": 1234,
            "ownRef": "CL-1",
            "firmID": "00000",
            "subFlowStatus": "3",
            "idList": {"idType": 1, "idNum": "A123456(3)"},
            "subTime": "2021-08-26 09:13:22",
        }
    )
    assert (found.ipo_id, found.own_ref, found.sub_flow_status) == ("1234", "CL-1", "3")
    assert [(p.id_type, p.number) for p in found.applicants] == [("1", "A123456(3)")]
    assert found.rest == {"subTime": "2021-08-26 09:13:22"}


@given(JSON)
def test_no_answer_raises_anything_but_the_one_error(tree: Any) -> None:
    body = json.dumps(tree).encode()
    for read in READERS:
        try:
            answers.answer(parse(body)).entries(read)
        except AnswerUnreadable:
            continue


@given(st.dictionaries(st.sampled_from(NAMED), JSON, max_size=8))
def test_no_access_answer_raises_anything_but_the_one_error(tree: Any) -> None:
    for read in (access.granted, lambda t: access.crypto_meta(answers.answer(t))):
        try:
            read(parse(json.dumps(tree).encode()))
        except AnswerUnreadable:
            continue
