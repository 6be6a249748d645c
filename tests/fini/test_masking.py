"""Masks never show more than they should, whatever stands in the field."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from fini import identity_numbers as numbers

HIDDEN = "•"
HKIDS = st.from_regex(r"[A-Z]{1,2}[0-9]{6}\([0-9A]\)", fullmatch=True)
DOCUMENTS = st.text(max_size=60) | st.from_regex(r"[A-Z0-9]{4,20}", fullmatch=True)


@given(HKIDS)
def test_an_hkid_shows_three_characters_and_how_many_follow(number: str) -> None:
    shown = numbers.masked(number)
    assert shown[:3] == number[:3]
    assert set(shown[3:]) == {HIDDEN, "(", ")"}
    assert len(shown) == len(number)


@given(DOCUMENTS)
def test_another_number_shows_a_third_of_its_beginning_at_most(number: str) -> None:
    plain = numbers.normalised(number)
    if numbers.looks_like_hkid(number):
        return
    clear = numbers.masked(number).rstrip(HIDDEN)
    assert plain.startswith(clear)
    assert 3 * len(clear) <= len(plain)


@given(st.text(max_size=80))
def test_a_name_shows_one_letter_of_a_word_and_never_a_whole_word(name: str) -> None:
    words = unicodedata.normalize("NFC", name).split()
    masks = numbers.masked_name(name).split(" ") if words else []
    assert len(masks) == len(words)
    for word, mask in zip(words, masks, strict=True):
        assert mask[1:].strip(HIDDEN) == ""
        assert mask[0] == (word[0] if len(word) > 1 else HIDDEN)


@given(HKIDS, st.text(" .,abc", max_size=20))
def test_a_reason_that_quotes_an_hkid_is_noticed(number: str, words: str) -> None:
    assert numbers.mentions_hkid(f"{words} {number.lower()} {words}")


@given(st.from_regex(r"(ticket|case|order) [0-9]{1,9}", fullmatch=True))
def test_a_reason_that_quotes_a_ticket_is_none(reason: str) -> None:
    assert not numbers.mentions_hkid(reason)
