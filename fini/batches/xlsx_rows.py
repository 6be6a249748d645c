"""Rows of the first sheet of an XLSX file, a few at a time."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import BinaryIO

from fini.batches.rows import LONGEST_CELL, MOST_COLUMNS, BatchUnreadable, Row
from fini.batches.workbook import SHEET, STRINGS, Workbook
from fini.batches.xml_stream import listen

MOST_STRINGS = 1_000_000


def rows(source: BinaryIO) -> Iterator[Row]:
    """Rows that are not blank, the heading first. Raises BatchUnreadable."""
    workbook = Workbook(source)
    sheet = _Sheet(_strings(workbook))
    with workbook.part(workbook.sheet, SHEET) as part:
        for _ in listen(part, sheet):
            yield from (row for row in sheet.ready if not row.blank)
            sheet.ready.clear()


def _strings(workbook: Workbook) -> list[str]:
    strings = _Strings()
    if workbook.strings:
        with workbook.part(workbook.strings, STRINGS) as part:
            for _ in listen(part, strings):
                pass
    return strings.all


class _Text:
    """Collects the text of `<t>` and `<v>`, without the readings of `<rPh>`."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length, self._open, self._reading = 0, False, False

    def began(self, name: str) -> None:
        if name == "rPh":
            self._reading = True
        self._open = name in {"t", "v"} and not self._reading

    def ended(self, name: str) -> None:
        if name == "rPh":
            self._reading = False
        self._open = False

    def text(self, text: str) -> None:
        if not self._open:
            return
        self._length += len(text)
        if self._length > LONGEST_CELL:
            raise BatchUnreadable(f"a cell is longer than {LONGEST_CELL:,} characters")
        self._parts.append(text)

    def taken(self) -> str:
        whole = "".join(self._parts)
        self._parts.clear()
        self._length = 0
        return whole


class _Strings(_Text):
    """The table of strings that cells point to."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.began(name)

    def end(self, name: str) -> None:
        self.ended(name)
        if name != "si":
            return
        self.all.append(self.taken())
        if len(self.all) > MOST_STRINGS:
            raise BatchUnreadable(f"it has more than {MOST_STRINGS:,} texts")


class _Sheet(_Text):
    """Puts rows together; whoever reads takes them out of `ready`."""

    def __init__(self, strings: list[str]) -> None:
        super().__init__()
        self._strings = strings
        self.ready: list[Row] = []
        self._number, self._column, self._kind = 0, -1, ""
        self._cells: dict[int, str] = {}
        self._formulas: set[int] = set()

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.began(name)
        if name == "row":
            self._number = _row_number(attributes.get("r", ""), self._number)
            self._column, self._cells, self._formulas = -1, {}, set()
        elif name == "c":
            self._column = _column(attributes.get("r", ""), self._column)
            self._kind = attributes.get("t", "n")
            self.taken()
        elif name == "f":
            self._formulas.add(self._column)

    def end(self, name: str) -> None:
        self.ended(name)
        if name == "c":
            self._keep(self._value(self.taken()))
        elif name == "row":
            width = max(self._cells, default=-1) + 1
            cells = tuple(self._cells.get(at, "") for at in range(width))
            self.ready.append(Row(self._number, cells, frozenset(self._formulas)))

    def _keep(self, value: str) -> None:
        if not value and self._column not in self._formulas:
            return  # a cell may be formatted far beyond what is filled in
        if self._column >= MOST_COLUMNS:
            raise BatchUnreadable(
                f"it has more than {MOST_COLUMNS} columns", self._number
            )
        self._cells[self._column] = value

    def _value(self, written: str) -> str:
        if self._kind == "s":
            return self._shared(written)
        if self._kind == "b":
            return "TRUE" if written.strip() == "1" else "FALSE"
        return _number(written) if self._kind == "n" else written

    def _shared(self, written: str) -> str:
        digits = written.strip()
        short = digits.isascii() and digits.isdigit() and len(digits) < 10
        at = int(digits) if short else -1
        if not 0 <= at < len(self._strings):
            raise BatchUnreadable("a cell points to no text", self._number)
        return self._strings[at]


def _number(written: str) -> str:
    """Whole numbers in digits alone: a sheet may write 1000 as 1E3 or 1000.0."""
    try:
        value = Decimal(written.strip())
    except InvalidOperation:
        return written
    if not value.is_finite() or value.adjusted() > 15 or value != int(value):
        return written
    return str(int(value))


def _row_number(written: str, before: int) -> int:
    short = written.isascii() and written.isdigit() and len(written) <= 7
    found = int(written) if short else before + 1
    if found <= before:
        raise BatchUnreadable("its rows are out of order", before)
    return found


def _column(reference: str, before: int) -> int:
    """From `AB12`, counted from 0; the next one where a cell does not say."""
    letters = reference.rstrip("0123456789").upper()
    if not letters:
        return before + 1
    if not letters.isascii() or not letters.isalpha() or len(letters) > 3:
        raise BatchUnreadable("a cell has no sound place")
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - 64
    return at - 1
