"""What a reply means: only what says that nothing was done is a refusal."""

import json
from typing import Any

import pytest

from fini import calls
from fini.batches.records import Record
from fini.calls import Call
from fini.errors import (
    AnswerLost,
    AnswerUnreadable,
    CallRefused,
    GatewayKeyReplaced,
    TooManyCalls,
)
from fini.line import Reply
from fini.replies import understood
from tests.fini import builders

CALL = Call("POST", "/api/eipo/subscriptions/add/v1", payload=builders.payload())


def reply(status: int, retry_after: float | None = None, **fields: Any) -> Reply:
    return Reply(status, json.dumps(fields).encode(), retry_after)


def error(code: str, message: str = "No.") -> list[dict[str, str]]:
    return [{"recordErrorCode": code, "recordErrorMsg": message}]


def refusal(found: Reply) -> CallRefused:
    with pytest.raises(CallRefused) as caught:
        understood(found, CALL, None)
    return caught.value


@pytest.mark.ledger("FINI-28/P")
def test_a_success_is_an_answer() -> None:
    assert understood(reply(200, code="0", data=[]), CALL, None).succeeded


def test_entries_of_which_some_failed_are_an_answer() -> None:
    """Whatever stands around them: some of them may be done."""
    data = [{"recordID": "1A"}, {"exception": error("4")}]
    assert understood(reply(200, code="1", data=data), CALL, None).data == data
    assert understood(reply(400, code="1", data=data), CALL, None).data == data


@pytest.mark.parametrize("status", [400, 403, 404, 413])
def test_a_status_of_the_400s_is_a_refusal(status: int) -> None:
    refused = refusal(reply(status, code=str(status), message="No."))
    assert (refused.http_status, refused.code, refused.message) == (
        status,
        str(status),
        "No.",
    )
    assert "Nothing of it was done" in refused.sentence


def test_an_exception_around_no_records_refuses_the_whole_request() -> None:
    found = refusal(reply(200, code="1", data=[], exception=error("405904", "Size.")))
    assert (found.code, found.message) == ("405904", "Size.")


def test_a_refusal_need_not_be_json() -> None:
    assert refusal(Reply(403, b"<html>Forbidden</html>")).http_status == 403


@pytest.mark.parametrize("status", [400, 408, 409, 422])
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"code":"1","data":[{"recordID"'])
def test_a_refusal_that_cannot_be_read_is_unclear(status: int, body: bytes) -> None:
    """It may be around entries of which some are done."""
    with pytest.raises(AnswerUnreadable):
        understood(Reply(status, body), CALL, None)


def test_an_entry_that_does_not_open_makes_a_refusal_unclear() -> None:
    data = [{"recordID": "1A", "idNum": "%enc_%AAAA"}]
    with pytest.raises(AnswerUnreadable):
        understood(reply(400, code="1", data=data), CALL, builders.sealed().data_key)


def test_too_many_calls_say_when_to_come_again() -> None:
    found = refusal(reply(429, retry_after=7.0, code="429"))
    assert isinstance(found, TooManyCalls)
    assert "too many requests" in refusal(reply(429)).sentence
    assert found.retry_after == 7.0


@pytest.mark.ledger("FINI-10/P")
@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_replaced_key_is_told_from_the_rest(status: int) -> None:
    found = refusal(reply(status, code="411007", exception=error("411007")))
    assert isinstance(found, GatewayKeyReplaced)


@pytest.mark.parametrize("code", ["411004", "411008", "411011", "411999"])
def test_what_could_not_be_opened_was_not_done(code: str) -> None:
    """Also where the gateway calls it an error of its own."""
    assert refusal(reply(500, code=code, exception=error(code))).code == code


@pytest.mark.parametrize("status", [200, 400])
def test_a_request_that_was_had_before_is_unclear(status: int) -> None:
    """Ours are new each time: somebody on the way repeated it."""
    with pytest.raises(AnswerLost, match="had this request before"):
        understood(reply(status, code="411002", exception=error("411002")), CALL, None)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_error_of_the_gateway_is_unclear(status: int) -> None:
    with pytest.raises(AnswerLost, match=f"HTTP {status}"):
        understood(Reply(status, b"<html>Oops</html>"), CALL, None)


@pytest.mark.parametrize("status", [301, 302, 304, 307])
def test_an_answer_that_sends_us_elsewhere_is_unclear(status: int) -> None:
    with pytest.raises(AnswerUnreadable, match="elsewhere"):
        understood(Reply(status, b""), CALL, None)


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"code":"0","da', b"[]", b"{}"])
@pytest.mark.parametrize("status", [200, 202, 204])
def test_a_success_that_cannot_be_read_is_unclear(status: int, body: bytes) -> None:
    with pytest.raises(AnswerUnreadable):
        understood(Reply(status, body), CALL, None)


@pytest.mark.ledger("FINI-13/P")
def test_the_fields_of_people_are_opened() -> None:
    pair = builders.sealed().data_key
    data = [{"idNum": pair.encrypt("A123456(3)"), "ownRef": "1"}]
    answer = understood(reply(200, code="0", data=data), CALL, pair)
    assert answer.data == [{"idNum": "A123456(3)", "ownRef": "1"}]


def test_a_refusal_does_not_repeat_people() -> None:
    record = Record(
        row=1,
        ipo_id="1234",
        id_type="1",
        jurisdiction="HKG",
        number="A123456(3)",
        name_english="CHAN TAI MAN",
        name_chinese="陳大文",
        quantity=1000,
        firm_id="00000",
        own_ref="CL-1",
    )
    call = calls.add([("1", record)])
    told = "idNum A123456(3) of CHAN TAI MAN (陳大文) is wrong in CL-1"
    with pytest.raises(CallRefused) as caught:
        understood(reply(400, code="400", message=told), call, None)
    assert caught.value.message == "idNum … of … (…) is wrong in CL-1"
    assert "A123456" not in caught.value.sentence
