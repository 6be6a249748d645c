"""What an answer makes of each record of an array."""

import uuid
from typing import Any

import pytest

from fini.errors import AnswerUnreadable, CallRefused
from fini.services.sending import outcomes
from fini.states import Act, SubscriptionStatus
from fini.wire.answers import Answer
from tests.fini.services.sending.fakes import answer

S = SubscriptionStatus
PKS = {"1": uuid.UUID(int=1), "2": uuid.UUID(int=2)}
WRONG = {"recordErrorCode": "E1", "recordErrorMsg": "Not so"}


def of(said: Answer, act: str = Act.ADD) -> list[tuple[Any, ...]]:
    found = outcomes.of_answer(act, PKS, said)
    assert [one.pk for one in found] == list(PKS.values())
    return [(one.status, one.record_id, one.error_code) for one in found]


@pytest.mark.ledger("FINI-22/P")
def test_a_record_id_is_recorded_and_an_exception_refused() -> None:
    said = answer(
        {"requestID": 1, "recordID": "7A", "exception": []},
        {"requestID": "2", "exception": [WRONG]},
    )
    assert of(said) == [(S.RECORDED, "7A", ""), (S.REFUSED, "", "E1")]


def test_a_code_is_kept_as_it_can_be_shown() -> None:
    wrong = {"recordErrorCode": "E\u202e1\n", "recordErrorMsg": "Not so"}
    said = answer(*({"requestID": i, "exception": [wrong]} for i in PKS))
    assert of(said)[0] == (S.REFUSED, "", "E?1?")


def test_a_record_that_the_answer_leaves_out_is_unconfirmed() -> None:
    said = answer({"requestID": "2", "recordID": "8A"})
    assert [one[0] for one in of(said)] == [S.UNCONFIRMED, S.RECORDED]


def test_a_record_named_twice_in_two_ways_is_unconfirmed() -> None:
    said = answer(
        {"requestID": "1", "recordID": "7A"},
        {"requestID": "1", "exception": [WRONG]},
        {"requestID": "2", "recordID": "8A"},
    )
    assert [one[0] for one in of(said)] == [S.UNCONFIRMED, S.RECORDED]


def test_two_records_with_one_record_id_are_unconfirmed() -> None:
    """To change one of them would change the other."""
    said = answer(*({"requestID": i, "recordID": "7A"} for i in PKS))
    assert [one[:2] for one in of(said)] == [(S.UNCONFIRMED, "")] * 2


def test_neither_record_id_nor_exception_is_no_outcome_of_an_add() -> None:
    said = answer({"requestID": "1"}, {"requestID": "2", "recordID": "8A"})
    assert [one[0] for one in of(said)] == [S.UNCONFIRMED, S.RECORDED]


def test_a_record_of_nobody_is_passed_over() -> None:
    said = answer({"requestID": "3", "recordID": "9A"})
    assert [one[0] for one in of(said)] == [S.UNCONFIRMED, S.UNCONFIRMED]


def test_a_failed_envelope_without_records_refuses_all_with_its_code() -> None:
    said = answer(code="405904", message="array size", exception=[WRONG])
    assert of(said) == [(S.REFUSED, "", "E1"), (S.REFUSED, "", "E1")]


def test_a_failed_envelope_around_records_of_nobody_refuses_none() -> None:
    """They may be ours under other names: sent again, they would be there twice."""
    said = answer({"requestID": "0001", "recordID": "9A"}, code="1", message="In part")
    assert [one[0] for one in of(said)] == [S.UNCONFIRMED, S.UNCONFIRMED]


@pytest.mark.ledger("FINI-24/P")
def test_an_invalidation_is_found_by_its_record() -> None:
    said = answer({"recordID": "1"}, {"recordID": "2", "exception": [WRONG]})
    found = of(said, Act.INVALIDATE)
    assert [one[0] for one in found] == [S.RECORDED, S.REFUSED]


def test_an_answer_of_another_shape_raises() -> None:
    with pytest.raises(AnswerUnreadable):
        of(answer("a text alone"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "code", "is_theirs"),
    [
        *((400, "405904", True), (200, "SBX110", True)),
        *((401, "401", False), (403, "403", False), (404, "404", False)),
        *((400, "411004", False), (400, "", False), (503, "X", False)),
        (429, "429", False),
    ],
)
def test_only_what_is_wrong_with_the_records_refuses_them(
    status: int, code: str, is_theirs: bool
) -> None:
    refused = CallRefused("No.", http_status=status, code=code)
    assert outcomes.is_of_the_records(refused) == is_theirs
