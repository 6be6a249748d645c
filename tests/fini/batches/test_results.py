"""The table of results: one line a record, inert in a spreadsheet."""

import csv
import io
from dataclasses import replace

from fini.batches import results
from fini.batches.results import Result

ONE = Result(2, "CL-1", "1234", 1000, "1A", "Recorded", "")


def read(*told: Result) -> list[list[str]]:
    whole = b"".join(results.table(told)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(whole, newline="")))


def test_a_table_of_nothing_has_its_heading() -> None:
    assert read() == [list(results.HEADING)]


def test_every_record_is_a_line_however_many() -> None:
    lines = read(*[ONE] * 1_201)
    assert len(lines) == 1_202
    assert lines[1] == ["2", "CL-1", "1234", "1000", "1A", "Recorded", ""]


def test_a_quantity_that_could_not_be_read_is_no_number() -> None:
    (_, line) = read(replace(ONE, quantity=None))
    assert line[3] == ""


def test_what_would_compute_is_inert() -> None:
    evil = Result(2, '=cmd|"/C calc"!A0', "+1", 1, "@x", "Exception", "-1\r\n=2")
    (_, line) = read(evil)
    assert [cell for cell in line if cell.startswith(("=", "+", "@", "-"))] == []
