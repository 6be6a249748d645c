"""What is wrong with a batch, as a table of row, column and problem."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

# Excel computes what begins with the full-width forms as well.
_COMPUTED = (*"=+-@\t\r\n", *"＝＋－＠")


class Weight(StrEnum):
    """A problem keeps its row from being sent; a warning does not."""

    PROBLEM = "problem"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """`what` never quotes a field of a person: the table is mailed around."""

    row: int
    column: str
    what: str
    weight: Weight = Weight.PROBLEM


def table(problems: Iterable[Problem]) -> Iterator[str]:
    """Lines of a CSV file to download and mend by, with the mark Excel wants."""
    yield "\N{BOM}" + _line("Row", "Column", "Problem", "Kind")
    for problem in problems:
        row = str(problem.row)
        yield _line(row, problem.column, problem.what, problem.weight.value)


def inert(text: str) -> str:
    """With an apostrophe where a spreadsheet would begin to compute."""
    return f"'{text}" if text.startswith(_COMPUTED) else text


def _line(*cells: str) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([inert(cell) for cell in cells])
    return written.getvalue()
