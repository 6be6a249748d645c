"""Which kind of file a batch is, by what it begins with and not by its name."""

from collections.abc import Iterator
from typing import BinaryIO

from fini.batches import csv_rows, xlsx_rows
from fini.batches.rows import BatchUnreadable, Row

_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def rows(source: BinaryIO) -> Iterator[Row]:
    """The heading, then the rows that are not blank. `source` can be sought in.

    Raises BatchUnreadable, at any row.
    """
    source.seek(0)
    head = source.read(8)
    if not head:
        raise BatchUnreadable("it is empty")
    if head.startswith(_OLE):
        raise BatchUnreadable("it is an old XLS file, or protected by a password")
    return xlsx_rows.rows(source) if head.startswith(_ZIP) else csv_rows.rows(source)
