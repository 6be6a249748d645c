"""What became of each record, as a table to download: nothing of it is a person's."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass

from fini.batches.problems import inert

HEADING = ("Row", "ownRef", "ipoID", "appQuantity", "recordID", "Status", "Error")


@dataclass(frozen=True, slots=True)
class Result:
    """In the order of the columns; a quantity that is none is empty."""

    row: int
    own_ref: str
    ipo_id: str
    quantity: int | None
    record_id: str
    status: str
    error: str


def table(results: Iterable[Result]) -> Iterator[bytes]:
    """Pieces of a CSV file, with the mark Excel wants; of 500 rows each."""
    yield _written([HEADING]).encode("utf-8-sig")
    some: list[tuple[str, ...]] = []
    for result in results:
        cells = ("" if cell is None else str(cell) for cell in astuple(result))
        some.append(tuple(inert(cell) for cell in cells))
        if len(some) == 500:
            yield _written(some).encode()
            some = []
    yield _written(some).encode()


def _written(rows: Iterable[tuple[str, ...]]) -> str:
    target = io.StringIO(newline="")
    csv.writer(target).writerows(rows)
    return target.getvalue()
