"""A look at one file: what it is shown as, and where it stops."""

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transfers.previews import look
from transfers.previews.indented import indented
from transfers.previews.looking import BYTES, COLUMNS, LETTERS, ROWS


def test_long_text_stops_and_says_so() -> None:
    preview = look(b"x" * BYTES, "a.txt", 5 * BYTES)
    assert len(preview.text) == BYTES
    assert preview.stopped == "The first 1,000,000 of 5,000,000 bytes are shown."


def test_a_long_wide_table_stops_at_rows_and_columns() -> None:
    line = b",".join(b"x" for _ in range(COLUMNS + 5)) + b"\n"
    preview = look(line * (ROWS + 9), "a.csv", len(line) * (ROWS + 9))
    assert len(preview.rows) == ROWS
    assert {len(row) for row in preview.rows} == {COLUMNS}
    assert preview.stopped == "The first 500 rows are shown. Only 60 columns are shown."


@pytest.mark.parametrize("name", ["a.txt", "a.json", "a.csv"])
def test_what_is_written_out_does_not_make_the_page_grow(name: str) -> None:
    unseen = "\U000e0041" * 20
    raw = {
        "a.txt": unseen * 12_000,
        "a.json": json.dumps([unseen] * 11_800, ensure_ascii=False),
        "a.csv": (",".join([unseen] * 60) + "\n") * 200,
    }[name].encode()
    preview = look(raw, name, len(raw))
    shown = preview.text + "".join(map("".join, preview.rows))
    assert 100_000 < len(shown) <= LETTERS
    assert "are shown" in preview.stopped


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_table_is_split_where_its_first_line_is(separator: str) -> None:
    raw = f'a{separator}b\n"1{separator}5"{separator}2\n'.encode()
    assert look(raw, "a.csv", len(raw)).rows == [["a", "b"], [f"1{separator}5", "2"]]


def test_a_cell_too_long_for_a_table_is_text() -> None:
    raw = b'"' + b"x" * 200_000
    assert look(raw, "a.csv", len(raw)).kind == "text"


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"", "empty"),
        (b'{"a": 1}', "json"),
        (b"{not json", "text"),
        (b"[" * 100_000, "text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "hex"),
        (b"{" + b"\x00" * 99, "hex"),
    ],
)
def test_each_kind_is_known(raw: bytes, kind: str) -> None:
    assert look(raw, "x", len(raw)).kind == kind


def test_numbers_and_keys_stay_as_they_were_written() -> None:
    text = '{"a":1.10,"a":1e400,"big":' + "9" * 6000 + "}"
    laid_out = indented(text, 10**6)
    assert laid_out is not None
    assert "".join(laid_out[0].split()) == text


def test_deep_json_does_not_grow_without_end() -> None:
    text = "[" * 900 + ",".join("1" for _ in range(400_000)) + "]" * 900
    tracemalloc.start()
    preview = look(text.encode(), "a.json", len(text))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "letters are shown" in preview.stopped
    assert peak < 120_000_000


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_layout_changes_nothing_but_white_space(value: object) -> None:
    laid_out = indented(json.dumps(value), 10**6)
    assert laid_out is not None
    assert json.loads(laid_out[0]) == value
