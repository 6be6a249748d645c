"""What every kind of batch file is read into, and what no batch may be."""

from collections.abc import Iterable
from dataclasses import dataclass, field

MOST_ROWS = 100_000  # without the heading
MOST_COLUMNS = 100
LONGEST_CELL = 32_767  # characters; what a cell of a spreadsheet can hold
LONGEST_ROW = 100_000  # characters
NOWHERE = MOST_COLUMNS  # the place of a column that the file has not


class BatchUnreadable(ValueError):
    """The file as a whole cannot be read; `sentence` is for the operator and quotes
    nothing of it."""

    def __init__(self, why: str, row: int | None = None) -> None:
        where = f", from row {row:,} on" if row else ""
        self.sentence = (
            f"The file cannot be read{where}: {why}. Nothing of it was kept. "
            "Save it anew as CSV (UTF-8) or XLSX and upload it again."
        )
        super().__init__(self.sentence)


@dataclass(slots=True)
class Row:
    """`number` is the one a spreadsheet shows. `formulas` are positions of cells that
    were computed, not typed."""

    number: int
    cells: tuple[str, ...] = field(repr=False)
    formulas: frozenset[int] = frozenset()

    def picked(self, places: Iterable[int]) -> list[str]:
        """The cells there without the blanks around; "" past the end of a short row."""
        cells, width = self.cells, len(self.cells)
        return [cells[at].strip() if at < width else "" for at in places]

    @property
    def blank(self) -> bool:
        return not "".join(self.cells).strip()
