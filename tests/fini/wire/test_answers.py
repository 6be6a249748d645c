"""The envelope of an answer in every spelling the deck has, and in some it has not."""

import datetime as dt

import pytest

from fini import envelope
from fini.errors import AnswerUnreadable
from fini.wire import answers, records
from fini.wire.answers import Answer, RecordError
from fini.wire.json_text import parse
from fini.wire.scalars import HONG_KONG
from tests.fini import deck


def read(body: str) -> Answer:
    return answers.answer(parse(body.encode()))


@pytest.mark.ledger("FINI-17/P", "FINI-28/P")
def test_the_decks_list_of_ipos_is_read() -> None:
    page = read(deck.IPO_LIST)
    ipos = page.entries(records.ipo)
    assert page.succeeded
    assert [ipo.status for ipo in ipos] == ["25", "30", "45", "60", "70"]
    assert (ipos[0].ipo_id, ipos[0].stock_code) == ("1234", "9988")
    assert ipos[0].isin == "KYG017191142"
    assert (page.total_size, page.next_cursor) == (5, "1239")


@pytest.mark.ledger("FINI-28/P")
@pytest.mark.parametrize("name", ["timestamp", "timeStamp"])
def test_the_time_is_read_in_both_spellings(name: str) -> None:
    page = read(f'{{"code":"0","{name}":"2021-08-25 16:22:13"}}')
    assert page.timestamp == "2021-08-25 16:22:13"
    assert page.at == dt.datetime(2021, 8, 25, 16, 22, 13, tzinfo=HONG_KONG)


@pytest.mark.parametrize("written", ['"25/08/2021"', "1640070861735", '""', "null"])
def test_a_time_in_another_form_is_kept_as_written(written: str) -> None:
    page = read(f'{{"code":"0","timestamp":{written}}}')
    assert page.timestamp == written.strip('"').replace("null", "")
    assert page.at is None


@pytest.mark.ledger("FINI-28/P")
@pytest.mark.parametrize("end", ['"0"', '""', "null", "0", '" "'])
def test_a_list_ends_in_each_of_the_ways_there_are(end: str) -> None:
    assert read(f'{{"code":"0","nextCursor":{end}}}').next_cursor is None


def test_a_list_ends_where_no_cursor_comes() -> None:
    assert read('{"code":"0"}').next_cursor is None


def test_a_cursor_may_be_a_number() -> None:
    assert read('{"code":"0","nextCursor":1239}').next_cursor == "1239"


@pytest.mark.ledger("FINI-28/P")
@pytest.mark.parametrize("written", ["0", '"0"'])
def test_success_is_the_code_zero_as_text_or_number(written: str) -> None:
    assert read(f'{{"code":{written}}}').succeeded


@pytest.mark.parametrize(
    "body",
    [
        '{"code":"411007","message":"wrong public key"}',
        '{"code":"","data":[]}',
        '{"data":[]}',
        '{"code":"0","exception":[{"recordErrorCode":"411002"}]}',
        '{"code":"0","exception":"what"}',
    ],
)
def test_anything_else_is_no_success(body: str) -> None:
    assert not read(body).succeeded


@pytest.mark.ledger("FINI-28/P")
def test_an_exception_is_read_with_all_that_it_says() -> None:
    page = read(
        '{"code":"1","exception":[{"recordErrorCode":411010,"recordErrorMsg":"format",'
        '"field":"idNum"}]}'
    )
    assert page.errors == (RecordError("411010", "format", {"field": "idNum"}),)


@pytest.mark.parametrize("exception", ['{"recordErrorCode":"1"}', '"busy"', "[7]"])
def test_an_exception_in_another_shape_is_kept(exception: str) -> None:
    (error,) = read(f'{{"code":"0","exception":{exception}}}').errors
    assert error.code or error.rest


@pytest.mark.ledger("FINI-28/P")
def test_fields_not_foreseen_are_kept() -> None:
    page = read('{"code":"0","data":[{"ipoID":"1","price":{"max":1}}],"trace":"x"}')
    (ipo,) = page.entries(records.ipo)
    assert page.rest == {"trace": "x"}
    assert ipo.rest == {"price": {"max": 1}}


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        '{"error":"invalid_client"}',
        '{"code":[]}',
        '{"code":true}',
        '{"code":"0","totalSize":"many"}',
        '{"code":"0","nextCursor":{}}',
    ],
)
def test_another_shape_is_one_error(body: str) -> None:
    with pytest.raises(AnswerUnreadable):
        read(body)


@pytest.mark.parametrize("data", ["7", '["x"]', "[[]]", '[{"ipoID":{}}]', "[{}]"])
def test_records_of_another_shape_are_one_error(data: str) -> None:
    page = read(f'{{"code":"0","data":{data}}}')
    with pytest.raises(AnswerUnreadable):
        page.entries(records.ipo)


def test_more_records_than_any_answer_has_are_refused() -> None:
    page = read('{"code":"0","data":[' + ",".join(["{}"] * 10_001) + "]}")
    with pytest.raises(AnswerUnreadable, match="10,000"):
        page.entries(records.outcome)


def test_personal_fields_do_not_show_in_reprs() -> None:
    body = '{"code":"0","data":[{"recordID":"1","idList":[{"idNum":"A123456(3)"}]}]}'
    page = read(body)
    (found,) = page.entries(records.subscription)
    assert found.applicants[0].number == "A123456(3)"
    assert "A123456" not in repr((page, found, found.applicants))


@pytest.mark.ledger("FINI-13/P")
def test_an_encrypted_query_is_opened_and_read() -> None:
    key = envelope.new_pair()
    hidden = key.encrypt("陳大文")
    body = f'{{"code":"0","data":[{{"idList":[{{"fullNameChi":"{hidden}"}}]}}]}}'
    tree = envelope.open_answer(parse(body.encode()), key)
    assert isinstance(tree, dict)
    (found,) = answers.answer(tree).entries(records.subscription)
    assert found.applicants[0].name_chinese == "陳大文"
