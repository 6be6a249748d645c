"""Which column of a file is which field: proposed from its heading."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fini import names


class Column(StrEnum):
    """The fields of a batch, as FINI names them."""

    OWN_REF = names.OWN_REF
    IPO_ID = names.IPO_ID
    FIRM_ID = names.FIRM_ID
    QUANTITY = names.QUANTITY
    ID_TYPE = names.ID_TYPE
    JURISDICTION = names.ID_JURISDICTION
    ID_NUMBER = names.ID_NUMBER
    NAME_ENGLISH = names.NAME_ENGLISH
    NAME_CHINESE = names.NAME_CHINESE


# What a file may leave out: the IPO and the firm are then chosen on screen.
OPTIONAL = frozenset({Column.IPO_ID, Column.FIRM_ID, Column.NAME_CHINESE})
_ALSO = {
    Column.OWN_REF: ("own reference", "reference", "客戶參考"),
    Column.IPO_ID: ("ipo",),
    Column.FIRM_ID: ("firm",),
    Column.QUANTITY: ("quantity", "application quantity", "shares", "申請股數"),
    Column.ID_TYPE: ("identity document type", "證件類別"),
    Column.JURISDICTION: ("country", "jurisdiction", "issuing country", "簽發地"),
    Column.ID_NUMBER: ("id no", "id number", "identity number", "證件號碼"),
    Column.NAME_ENGLISH: ("english name", "full name english", "英文姓名"),
    Column.NAME_CHINESE: ("chinese name", "full name chinese", "中文姓名"),
}
_BETWEEN = re.compile(r"[\W_]+")


def _plain(heading: str) -> str:
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", heading)).casefold()


_KNOWN = {_plain(column.value): column for column in Column} | {
    _plain(name): column for column, also in _ALSO.items() for name in also
}
Layout = Mapping[Column, int]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a heading says. `unknown` are the positions and titles that say nothing to
    us; a doubled column has no place until somebody chooses one."""

    layout: dict[Column, int]
    missing: tuple[Column, ...]
    doubled: tuple[Column, ...]
    unknown: tuple[tuple[int, str], ...]

    @property
    def settled(self) -> bool:
        return not self.missing and not self.doubled


def propose(heading: Sequence[str], chosen: Layout | None = None) -> Proposal:
    """`chosen` is what a person has settled, and goes before what titles say.

    Raises ValueError for a choice outside the heading or one position chosen twice.
    """
    chosen = dict(chosen or {})
    taken = set(chosen.values())
    if len(taken) != len(chosen) or not taken <= set(range(len(heading))):
        raise ValueError("a column is chosen twice, or is not in the file")
    places: dict[Column, list[int]] = {column: [at] for column, at in chosen.items()}
    unknown = []
    for at, title in enumerate(heading):
        column = _KNOWN.get(_plain(title))
        if column is not None and column not in chosen and at not in taken:
            places.setdefault(column, []).append(at)
        elif column is None and at not in taken:
            unknown.append((at, title.strip()))
    return Proposal(
        layout={column: at[0] for column, at in places.items() if len(at) == 1},
        missing=tuple(c for c in Column if c not in places and c not in OPTIONAL),
        doubled=tuple(column for column in Column if len(places.get(column, ())) > 1),
        unknown=tuple(unknown),
    )
