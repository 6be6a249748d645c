"""Bytes of an answer to JSON: bounded, and one error for all that is not."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fini.errors import AnswerUnreadable
from fini.wire import json_text


def test_an_object_is_read_with_exact_amounts() -> None:
    assert json_text.parse(b'{"a":[1,0.10,"x",null,true]}') == {
        "a": [1, Decimal("0.10"), "x", None, True]
    }


def test_a_byte_order_mark_does_not_matter() -> None:
    assert json_text.parse(b'\xef\xbb\xbf{"code":"0"}') == {"code": "0"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>502 Bad Gateway</html>",
        b'{"code":"0","data":[',
        b'["code"]',
        b'"0"',
        b"null",
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":"\xff"}',
        b'{"a":' + b"9" * 5_000 + b"}",
        b'{"a":' + b"[" * 100_000,
        b'{"a":' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"code":"0"}{"code":"0"}',
    ],
)
def test_what_is_no_sound_object_is_one_error(body: bytes) -> None:
    with pytest.raises(AnswerUnreadable):
        json_text.parse(body)


def test_an_answer_past_the_limit_is_not_even_looked_at() -> None:
    with pytest.raises(AnswerUnreadable, match="larger than"):
        json_text.parse(b" " * (json_text.LIMIT + 1))


def test_what_no_database_keeps_becomes_a_replacement_character() -> None:
    found = json_text.parse(rb'{"a\u0000":["\ud800x","\ud83d\ude00"]}')
    assert found == {"a\ufffd": ["\ufffdx", "\N{GRINNING FACE}"]}


def test_the_error_quotes_nothing_of_the_answer() -> None:
    with pytest.raises(AnswerUnreadable) as told:
        json_text.parse(b'{"idNum":"A123456(3)",')
    assert "A123456" not in str(told.value)
    assert told.value.__cause__ is None


@given(st.binary(max_size=200))
def test_no_garbage_raises_anything_else(body: bytes) -> None:
    try:
        found = json_text.parse(body)
    except AnswerUnreadable:
        return
    assert isinstance(found, dict)
