"""Checking every row of a batch: what may be sent, what must be mended, what it sums
up to."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from fini import identity_numbers, names
from fini.batches.columns import Column, Layout
from fini.batches.problems import Problem, Weight
from fini.batches.records import Record, Rules
from fini.batches.rows import MOST_ROWS, NOWHERE, BatchUnreadable, Row

_COMPUTED = re.compile(r"[=@+\-]")
_DIGITS = re.compile(r"[0-9]+")
_COUNTRY = re.compile(r"[A-Z]{3}")
_FIRM = re.compile(r"[0-9A-Za-z]+")
NAMES_SOMEBODY = (
    "The own reference holds the number of a document. It is not encrypted: choose "
    "another."
)


@dataclass(slots=True)
class Checked:
    """One row: its record unless a problem keeps it back, and all that was found.

    `seen` is what the row holds, fit or not; `number_hash` is that of `persons`.
    """

    row: int
    record: Record | None
    found: tuple[Problem, ...]
    seen: Record
    number_hash: bytes = b""


class Checker:
    """Remembers, per row, an own reference and a hash: 100,000 rows take 40 MB."""

    def __init__(self, layout: Layout, rules: Rules) -> None:
        self._rules = rules
        self._places = tuple(layout.get(column, NOWHERE) for column in Column)
        self._own_refs: dict[str, int] = {}
        self._people: dict[str, dict[bytes, int]] = {}
        self._found: list[Problem] = []
        self._row = Row(0, ())

    def check(self, rows: Iterable[Row]) -> Iterator[Checked]:
        """`rows` without the heading. Raises BatchUnreadable past 100,000 of them."""
        for taken, row in enumerate(rows, start=1):
            if taken > MOST_ROWS:
                raise BatchUnreadable(
                    f"it has more than {MOST_ROWS:,} rows", row.number
                )
            yield self._checked(row)

    def _checked(self, row: Row) -> Checked:
        self._row, self._found = row, []
        record = self._record(row.picked(self._places))
        number_hash = self._compare(record)
        found = tuple(self._found)
        fit = None if _keep_back(found) else record
        return Checked(row.number, fit, found, record, number_hash)

    def _record(self, cells: Sequence[str]) -> Record:
        """`cells` in the order of `Column`, which is that of a record too."""
        own_ref, ipo_id, firm_id, quantity, id_type, country, *person = cells
        number, english, chinese = person
        rules = self._rules
        if self._row.formulas:
            self._tell_formulas()
        return Record(
            self._row.number,
            self._text(Column.OWN_REF, own_ref, rules.longest_own_ref),
            self._ipo_id(ipo_id or rules.ipo_id),
            self._firm_id(firm_id or rules.firm_id),
            self._quantity(quantity),
            self._id_type(id_type),
            self._jurisdiction(country.upper()),
            self._text(Column.ID_NUMBER, number, rules.longest_number),
            self._text(Column.NAME_ENGLISH, english, rules.longest_name),
            self._text(Column.NAME_CHINESE, chinese, rules.longest_name),
        )

    def _say(self, column: Column, what: str, weight: Weight = Weight.PROBLEM) -> None:
        self._found.append(Problem(self._row.number, column.value, what, weight))

    def _tell_formulas(self) -> None:
        for column, at in zip(Column, self._places, strict=True):
            if at in self._row.formulas:
                self._say(column, "The cell holds a formula: type its value.")

    def _text(self, column: Column, found: str, longest: int) -> str:
        if not found and column is not Column.NAME_CHINESE:
            self._say(column, "The cell is empty.")
        elif len(found) > longest:
            self._say(
                column,
                f"The text has {len(found):,} characters, {longest} is the most.",
            )
        elif _COMPUTED.match(found):
            self._say(column, "The text begins as a formula does: = + - or @.")
        elif not found.isprintable() and (
            column is Column.OWN_REF or _cannot_be_printed(found)
        ):  # what is kept and sent in clear is kept and sent as it is typed
            self._say(column, "The text holds characters that cannot be printed.")
        return found

    def _ipo_id(self, found: str) -> str:
        if not found:
            self._say(Column.IPO_ID, "No IPO is named, and none was chosen.")
        elif found not in self._rules.ipo_ids:
            self._say(Column.IPO_ID, "FINI lists no IPO of this ID.")
        return found

    def _firm_id(self, found: str) -> str:
        longest = self._rules.longest_firm_id
        if not found:
            self._say(Column.FIRM_ID, "No firm is named, and none was chosen.")
        elif len(found) > longest or not _FIRM.fullmatch(found):
            self._say(
                Column.FIRM_ID, f"A firm ID has letters and digits, {longest} at most."
            )
        elif identity_numbers.looks_like_hkid(found):  # kept and sent in clear
            self._say(Column.FIRM_ID, "The cell looks like the number of a document.")
        return found

    def _quantity(self, found: str) -> int:
        most = self._rules.most_quantity
        if not found:
            self._say(Column.QUANTITY, "The cell is empty.")
            return 0
        if not _DIGITS.fullmatch(found) or len(found) > 18:
            self._say(Column.QUANTITY, "The quantity is not written in digits alone.")
            return 0
        if not 1 <= int(found) <= most:
            self._say(Column.QUANTITY, f"The quantity is not between 1 and {most:,}.")
        return int(found)

    def _id_type(self, found: str) -> str:
        if found not in self._rules.id_types:
            known = ", ".join(sorted(self._rules.id_types))
            self._say(Column.ID_TYPE, f"The type of ID is none of {known}.")
        return found

    def _jurisdiction(self, found: str) -> str:
        if not _COUNTRY.fullmatch(found):
            self._say(Column.JURISDICTION, "The country is not three letters, as HKG.")
        return found

    def _compare(self, record: Record) -> bytes:
        """With the rows before, and an HKID with its check digit."""
        if record.own_ref:
            first = self._own_refs.setdefault(record.own_ref, record.row)
            if first != record.row:
                self._say(Column.OWN_REF, f"The same as in row {first:,}.")
            if names_somebody(record):
                self._say(Column.OWN_REF, NAMES_SOMEBODY)
        if not record.number:
            return b""
        number_hash = self._number_hash(record)
        people = self._people.setdefault(record.ipo_id, {})
        first = people.setdefault(number_hash, record.row)
        if first != record.row:
            same = f"The same ID applies for the same IPO in row {first:,}."
            self._say(Column.ID_NUMBER, same, Weight.WARNING)
        if record.id_type == names.HKID:
            self._check_digit(record.number)
        return number_hash

    def _number_hash(self, record: Record) -> bytes:
        told = identity_numbers.document(
            record.id_type, record.jurisdiction, record.number
        )
        return identity_numbers.search_hash(told, self._rules.search_key)

    def _check_digit(self, number: str) -> None:
        if not identity_numbers.looks_like_hkid(number):
            said = "The number has not the form of an HKID, as A123456(3)."
            self._say(Column.ID_NUMBER, said, Weight.WARNING)
        elif identity_numbers.check_digit_fails(number):
            said = "The check digit of the HKID is not right."
            self._say(Column.ID_NUMBER, said, Weight.WARNING)


def also(checked: Checked, more: Sequence[Problem]) -> Checked:
    """With what was found outside the file."""
    record = None if _keep_back(more) else checked.record
    return replace(checked, record=record, found=checked.found + tuple(more))


def _keep_back(found: Sequence[Problem]) -> bool:
    return any(p.weight is Weight.PROBLEM for p in found)


def _cannot_be_printed(text: str) -> bool:
    return any(unicodedata.category(c) in {"Cc", "Cs", "Co"} for c in text)


def names_somebody(record: Record) -> bool:
    """Whether the own reference, which is kept in clear, quotes the person's number,
    or anybody's: columns are easily taken for each other."""
    return identity_numbers.holds(record.own_ref, record.number) or (
        identity_numbers.quotes_hkid(record.own_ref)
    )
