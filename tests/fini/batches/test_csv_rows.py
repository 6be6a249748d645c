"""CSV as people bring it, and as nobody should."""

import codecs
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fini.batches import csv_rows, opening
from fini.batches.rows import BatchUnreadable
from tests.fini.batches.files import HEADING, LINE, cells, csv_text, read

TEXT = csv_text(HEADING, LINE)
BOTH = [tuple(HEADING), tuple(LINE)]


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("big5hkscs"),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
    ],
)
def test_every_usual_encoding_is_read(content: bytes) -> None:
    assert cells(content) == BOTH


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_usual_separator_is_read(separator: str) -> None:
    assert cells(TEXT.replace(",", separator).encode()) == BOTH


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_usual_line_ending_is_read(ending: str) -> None:
    assert cells(TEXT.replace("\r\n", ending).encode()) == BOTH


def test_a_quoted_cell_may_hold_separators_quotes_and_lines() -> None:
    assert cells(b'a,b\r\n"x,""y""\nz",2\r\n')[1] == ('x,"y"\nz', "2")


def test_blank_rows_are_left_out_and_counted() -> None:
    rows = read(b"a,b\r\n,\r\n  ,\r\n1,2\r\n")
    assert [row.number for row in rows] == [1, 4]


def test_hong_kong_characters_beyond_plain_big5_are_read() -> None:
    assert cells("姓名\r\n陳\u5605文\r\n".encode("big5hkscs"))[1] == ("陳\u5605文",)


@pytest.mark.parametrize("size", [40_000, 5_000_000])
def test_a_cell_past_the_limit_is_one_sentence(size: int) -> None:
    content = csv_text(HEADING, LINE, ["x" * size]).encode()
    with pytest.raises(BatchUnreadable, match="from row 3 on: a cell is too long"):
        read(content)


def test_a_quote_never_closed_is_found_before_it_eats_the_file() -> None:
    content = csv_text(HEADING, ['"open', *LINE[1:]], *[LINE] * 50_000).encode()
    with pytest.raises(BatchUnreadable, match="from row 2 on"):
        read(content)


@pytest.mark.parametrize("row", ['"open,1', '"a"b,1'])
def test_quotes_that_do_not_match_are_one_sentence(row: str) -> None:
    with pytest.raises(BatchUnreadable, match="quotation marks"):
        read(f"a,b\r\n{row}\r\n".encode())


def test_too_many_columns_are_one_sentence() -> None:
    with pytest.raises(BatchUnreadable, match="100 columns"):
        read(b"a," * 101 + b"\r\n")


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00\xd8\x00\x00", b"a,b\r\n\xff\xff\x81", b"\xfe\xff\xd8"]
)
def test_damaged_characters_are_one_sentence(content: bytes) -> None:
    with pytest.raises(BatchUnreadable):
        read(content)


@given(st.binary(max_size=300))
def test_no_garbage_raises_anything_else(content: bytes) -> None:
    try:
        found = read(content)
    except BatchUnreadable:
        return
    assert not any(row.blank for row in found)


def test_the_source_stays_open_for_its_owner() -> None:
    source = io.BytesIO(TEXT.encode())
    list(csv_rows.rows(source))
    source.seek(0)


def test_a_hundred_thousand_rows_pass_without_being_kept() -> None:
    source = io.BytesIO(csv_text(HEADING, *[LINE] * 100_000).encode())
    tracemalloc.start()
    count = sum(1 for _ in opening.rows(source))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 100_001
    assert peak < 2_000_000
