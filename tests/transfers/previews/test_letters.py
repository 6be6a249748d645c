"""Encodings are found, and what cannot be seen is written out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transfers.previews import letters

CHINESE = "香港交易所：結果"


@pytest.mark.parametrize(
    ("raw", "text", "name"),
    [
        (b"plain", "plain", "UTF-8"),
        (CHINESE.encode(), CHINESE, "UTF-8"),
        (CHINESE.encode("utf-8-sig"), CHINESE, "UTF-8 with a byte order mark"),
        (CHINESE.encode("big5"), CHINESE, "Big5 (HKSCS)"),
        (CHINESE.encode("utf-16"), CHINESE, "UTF-16"),
        (b"\xfe\xff" + CHINESE.encode("utf-16-be"), CHINESE, "UTF-16"),
        (CHINESE.encode("utf-32"), CHINESE, "UTF-32"),
        ("Code,Sum".encode("utf-16-le"), "Code,Sum", "UTF-16"),
        ("Code,Sum".encode("utf-16-be"), "Code,Sum", "UTF-16"),
        (b"caf\xe9\x81", "caf\xe9\ufffd", "unknown, shown as Western letters"),
    ],
)
def test_each_encoding_is_read(raw: bytes, text: str, name: str) -> None:
    assert letters.read(raw, False) == (text, name)


@pytest.mark.parametrize("codec", ["utf-8", "big5"])
def test_a_letter_cut_in_two_does_not_change_the_encoding(codec: str) -> None:
    text, name = letters.read(CHINESE.encode(codec)[:-1], True)
    assert text == CHINESE[:-1]
    assert name == ("UTF-8" if codec == "utf-8" else "Big5 (HKSCS)")


def test_marks_of_direction_and_controls_are_written_out() -> None:
    assert letters.seen("a\u202eb\x00\x7f\u200b\tc\n") == "a‹U+202E›b␀␡‹U+200B›\tc\n"


@pytest.mark.parametrize(
    "code", [0xAD, 0x34F, 0x115F, 0x2800, 0x3164, 0xFE0F, 0xFFA0, 0xE0041]
)
def test_what_looks_like_nothing_is_written_out(code: int) -> None:
    written = f"a‹U+{code:04X}›b"
    assert letters.seen(f"a{chr(code)}b") == written
    assert letters.seen_name(f"a{chr(code)}b") == written


def test_a_name_is_one_line() -> None:
    assert letters.seen_name("a\r\nb\tc") == "a␍␊b␉c"


@pytest.mark.parametrize("letter", ["x", "\u202e", "\n"])
def test_a_name_has_an_end(letter: str) -> None:
    assert len(letters.seen_name(letter * 65_535)) == letters.LONGEST_NAME
    assert letters.seen_name("x" * 200) == "x" * 200


@given(st.binary(max_size=2000), st.booleans())
def test_any_bytes_are_read_as_something(raw: bytes, is_cut: bool) -> None:
    text, name = letters.read(raw, is_cut)
    assert name
    assert "\u202e" not in letters.seen(text)
