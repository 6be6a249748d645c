"""The table to mend by: one line a problem, and nothing in it that computes."""

import csv
import io

import pytest

from fini.batches.problems import Problem, Weight, inert, table


def test_the_table_has_row_column_and_problem() -> None:
    problems = [
        Problem(2, "appQuantity", "The cell is empty."),
        Problem(3, "idNum", "The check digit, of the HKID", Weight.WARNING),
    ]
    text = "".join(table(problems))
    assert text.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(text[1:]))) == [
        ["Row", "Column", "Problem", "Kind"],
        ["2", "appQuantity", "The cell is empty.", "problem"],
        ["3", "idNum", "The check digit, of the HKID", "warning"],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_nothing_in_it_computes(text: str) -> None:
    assert inert(text) == f"'{text}"
