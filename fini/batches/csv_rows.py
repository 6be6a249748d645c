"""Rows of a CSV file in UTF-8, UTF-16, UTF-32 or Big5, one in memory at a time."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from fini.batches.rows import (
    LONGEST_CELL,
    LONGEST_ROW,
    MOST_COLUMNS,
    BatchUnreadable,
    Row,
)

_BLOCK = 1 << 16
# The longer marks first: that of UTF-32 begins as that of UTF-16 does.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNMARKED = ("utf-8", "big5hkscs")
_SEPARATORS = (",", ";", "\t")


def rows(source: BinaryIO) -> Iterator[Row]:
    """Rows that are not blank, the heading first. Raises BatchUnreadable."""
    encoding = encoding_of(source)
    source.seek(0)
    text = io.TextIOWrapper(source, encoding, errors="strict", newline="")
    try:
        yield from _rows(_Lines(text))
    finally:
        text.detach()  # the caller closes the source


def encoding_of(source: BinaryIO) -> str:
    """By its mark, by where its zeros stand, else the first that fits it whole."""
    source.seek(0)
    head = source.read(_BLOCK)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 10 > len(head):
        return "utf-16-be" if even > odd else "utf-16-le"
    for encoding in _UNMARKED:
        if _fits(source, encoding):
            return encoding
    raise BatchUnreadable("its characters are neither UTF-8, UTF-16 nor Big5")


def _fits(source: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    source.seek(0)
    try:
        while block := source.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


class _Lines:
    """Lines of bounded length; a quoted cell may take several, bounded together."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._first: str | None = None
        self.taken = 0  # characters of the row in hand

    def first(self) -> str:
        self._first = self._line()
        return self._first

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._first if self._first is not None else self._line()
        self._first = None
        if not line:
            raise StopIteration
        self.taken += len(line)
        if self.taken > LONGEST_ROW:
            raise _TooLong
        return line

    def _line(self) -> str:
        return self._text.readline(LONGEST_ROW + 1)


class _TooLong(Exception):
    """A row, or what an open quotation mark makes one, is past the limit."""


def _rows(lines: _Lines) -> Iterator[Row]:
    number = 0
    try:
        heading = lines.first()
        separator = max(_SEPARATORS, key=heading.count)
        for number, cells in enumerate(
            csv.reader(lines, delimiter=separator, strict=True), start=1
        ):
            lines.taken = 0
            row = Row(number, tuple(cells))
            _judge(row)
            if not row.blank:
                yield row
    except _TooLong:
        raise BatchUnreadable(_LONG, number + 1) from None
    except csv.Error:
        raise BatchUnreadable("its quotation marks do not match", number + 1) from None
    except UnicodeError:
        raise BatchUnreadable("its characters are damaged", number + 1) from None


_LONG = "a cell is too long, or a quotation mark is never closed"


def _judge(row: Row) -> None:
    if len(row.cells) > MOST_COLUMNS:
        raise BatchUnreadable(f"it has more than {MOST_COLUMNS} columns", row.number)
    if max(map(len, row.cells), default=0) > LONGEST_CELL:
        raise BatchUnreadable(_LONG, row.number)
