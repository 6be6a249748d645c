"""The answers of the token endpoint and of crypto meta."""

import datetime as dt

import pytest

from fini import gateway_key
from fini.errors import AnswerUnreadable
from fini.wire import access, answers
from fini.wire.json_text import parse
from tests.fini import deck

NOW = dt.datetime(2021, 12, 21, 7, 14, 21, 500_000, tzinfo=dt.UTC)


def test_the_decks_crypto_meta_gives_a_key_and_the_clock_difference() -> None:
    meta = access.crypto_meta(answers.answer(parse(deck.CRYPTO_META.encode())))
    assert gateway_key.load(meta.public_key).key_size == 2048
    assert meta.server_timestamp_ms == 1640070861735
    assert meta.clock_offset_ms(NOW) == 235


def test_milliseconds_are_counted_without_rounding() -> None:
    assert access.epoch_ms(NOW) == 1640070861500


@pytest.mark.parametrize("data", ["null", "[]", "{}", '{"publicKey":"x"}', '"x"'])
def test_a_crypto_meta_without_its_two_is_refused(data: str) -> None:
    page = answers.answer(parse(f'{{"code":"0","data":{data}}}'.encode()))
    with pytest.raises(AnswerUnreadable):
        access.crypto_meta(page)


@pytest.mark.parametrize("stamp", ["0", "-1", "1e3", "9" * 13, "9" * 25])
def test_a_clock_of_another_age_is_none(stamp: str) -> None:
    """No table holds such a difference, and no assertion."""
    data = f'{{"publicKey":"x","serverTimestamp":"{stamp}"}}'
    page = answers.answer(parse(f'{{"code":"0","data":{data}}}'.encode()))
    with pytest.raises(AnswerUnreadable):
        access.crypto_meta(page)


@pytest.mark.ledger("FINI-06/P")
@pytest.mark.parametrize(
    ("written", "lifetime"),
    [("", 30), (',"expires_in":29', 29), (',"expires_in":""', 30)],
)
def test_a_token_lives_as_long_as_it_says_else_thirty_seconds(
    written: str, lifetime: int
) -> None:
    found = access.granted(parse(f'{{"access_token":"abc"{written}}}'.encode()))
    assert (found.token, found.lifetime) == ("abc", lifetime)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"error":"invalid_client"}',
        b'{"access_token":""}',
        b'{"access_token":"a b"}',
        b'{"access_token":"a\\r\\nX-Evil: 1"}',
        b'{"access_token":"\xc3\xa9"}',
        b'{"access_token":"' + b"a" * 20_000 + b'"}',
        b'{"access_token":"abc","expires_in":"soon"}',
    ],
)
def test_what_no_header_can_carry_is_no_token(body: bytes) -> None:
    with pytest.raises(AnswerUnreadable):
        access.granted(parse(body))
