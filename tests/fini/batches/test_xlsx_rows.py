"""XLSX as spreadsheets write it, and as an attacker would."""

import io
import struct
import tracemalloc
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fini.batches import opening
from fini.batches.rows import BatchUnreadable
from fini.batches.workbook import STRINGS
from tests.fini.batches import files
from tests.fini.batches.files import HEADING, LINE, cells, parts, read, workbook, zipped

SOUND = workbook(files.sheet_of([HEADING, LINE]))


def test_inline_text_is_read() -> None:
    assert cells(SOUND) == [tuple(HEADING), tuple(LINE)]


def test_shared_text_is_read_with_its_runs_and_without_its_readings() -> None:
    strings = (
        "<si><t>ownRef</t></si><si><r><t>陳</t></r><r><t>大文</t></r>"
        "<rPh><t>chan</t></rPh></si>"
    )
    sheet = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    assert cells(workbook(sheet, strings)) == [("ownRef", "陳大文")]


def test_a_prefix_on_every_element_does_not_matter() -> None:
    members = parts("")
    members["xl/worksheets/sheet1.xml"] = (
        '<x:worksheet xmlns:x="urn:any"><x:sheetData><x:row><x:c><x:v>1</x:v></x:c>'
        "</x:row></x:sheetData></x:worksheet>"
    )
    assert cells(zipped(members)) == [("1",)]


def test_a_directory_of_hundreds_of_thousands_is_not_opened() -> None:
    entry = struct.pack("<4s24xH16x", b"PK\x01\x02", 1) + b"a"
    many = entry * 50_000
    end = struct.pack("<4s4xHHLLH", b"PK\x05\x06", 9, 9, len(many), 40, 0)
    tracemalloc.start()
    try:
        with pytest.raises(BatchUnreadable, match="more than 10,000 parts"):
            read(b"PK\x03\x04" + bytes(36) + many + end)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c><v>1000</v></c>", "1000"),
        ("<c><v>1E3</v></c>", "1000"),
        ("<c><v>1000.0</v></c>", "1000"),
        ("<c><v>0.5</v></c>", "0.5"),
        ("<c><v>1E999999</v></c>", "1E999999"),
        ("<c><v>-5</v></c>", "-5"),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c t="str"><v>00000</v></c>', "00000"),
    ],
)
def test_a_cell_is_read_as_it_is_shown(cell: str, text: str) -> None:
    assert cells(workbook(f"<row>{cell}</row>")) == [(text,)]


def test_gaps_keep_their_places_and_blank_rows_are_left_out() -> None:
    sheet = (
        '<row r="2"><c r="C2"><v>1</v></c></row><row r="3"><c r="A3" s="1"/></row>'
        '<row r="7"><c r="A7"><v>2</v></c></row>'
    )
    found = read(workbook(sheet))
    assert [(row.number, row.cells) for row in found] == [
        (2, ("", "", "1")),
        (7, ("2",)),
    ]


def test_a_formula_is_told_from_a_value() -> None:
    (row,) = read(workbook("<row><c><v>1</v></c><c><f>A1+1</f><v>2</v></c></row>"))
    assert (row.cells, row.formulas) == (("1", "2"), frozenset({1}))


def test_a_cell_at_the_far_corner_costs_nothing() -> None:
    """Libraries that make a full grid of it need 500 GB."""
    sheet = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="B1048576">'
    assert len(read(workbook(f"{sheet}<v>2</v></c></row>"))) == 2
    with pytest.raises(BatchUnreadable, match="100 columns"):
        read(workbook('<row r="1"><c r="XFD1"><v>1</v></c></row>'))


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
    ],
)
def test_a_document_type_is_refused(doctype: str) -> None:
    members = parts("<row><c><v>1</v></c></row>")
    sheet = "xl/worksheets/sheet1.xml"
    members[sheet] = doctype + members[sheet]
    with pytest.raises(BatchUnreadable, match="document type"):
        read(zipped(members))


def test_a_part_that_unpacks_beyond_reason_is_refused_unread() -> None:
    bomb = zipped(parts("", " " * (STRINGS + 1)))
    assert len(bomb) < 100_000
    with pytest.raises(BatchUnreadable, match="unpacks to over"):
        read(bomb)


def test_a_cell_of_five_megabytes_is_one_sentence() -> None:
    with pytest.raises(BatchUnreadable, match="32,767 characters"):
        read(workbook(files.sheet_of([["x" * 5_000_000]])))


@pytest.mark.parametrize(
    "sheet",
    [
        '<row><c t="s"><v>7</v></c></row>',
        '<row><c t="s"><v>-1</v></c></row>',
        f'<row><c t="s"><v>{"9" * 5_000}</v></c></row>',
        '<row><c t="s"><v>x</v></c></row>',
        '<row r="2"/><row r="2"/>',
        '<row><c r="ABCD1"><v>1</v></c></row>',
        '<row><c r="!1"><v>1</v></c></row>',
        "<row><c><v>1</v></row>",
        "<a>" * 100,
    ],
)
def test_a_sheet_that_makes_no_sense_is_one_sentence(sheet: str) -> None:
    with pytest.raises(BatchUnreadable):
        read(workbook(sheet))


@pytest.mark.parametrize("missing", list(parts("")))
def test_a_missing_part_is_one_sentence(missing: str) -> None:
    members = parts("<row><c><v>1</v></c></row>")
    del members[missing]
    with pytest.raises(BatchUnreadable):
        read(zipped(members))


def test_odd_packing_is_refused() -> None:
    odd = zipped(parts("<row><c><v>1</v></c></row>"), zipfile.ZIP_LZMA)
    with pytest.raises(BatchUnreadable, match="odd way"):
        read(odd)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 600, "password"),
        (b"PK\x03\x04 and no more", "no sound XLSX"),
        (zipped({"a.txt": "no workbook"}), "missing or damaged"),
    ],
)
def test_another_kind_of_file_is_one_sentence(content: bytes, says: str) -> None:
    with pytest.raises(BatchUnreadable, match=says):
        read(content)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255))))
def test_no_damage_raises_anything_else(changes: list[tuple[int, int]]) -> None:
    content = bytearray(SOUND)
    for at, value in changes:
        content[at] = value
    try:
        read(bytes(content))
    except BatchUnreadable:
        return


def test_thousands_of_rows_pass_without_being_kept() -> None:
    content = workbook(files.sheet_of([HEADING, *[LINE] * 20_000]))
    tracemalloc.start()
    count = sum(1 for _ in opening.rows(io.BytesIO(content)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_001
    assert peak < 3_000_000
