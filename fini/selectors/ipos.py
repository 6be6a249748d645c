"""The IPO board: what FINI lists for a profile, and what changed of it lately."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Min, Q

from fini import codes, ipo_fields, names
from fini.codes import Labels
from fini.models import CodeKind, Ipo, Profile

PAGE = 50
LATELY = dt.timedelta(hours=24)
LISTED, GONE, ALL = "listed", "gone", "all"
TITLES = {
    names.IPO_ID: "IPO",
    names.STOCK_CODE: "Stock code",
    names.ISIN: "ISIN",
    names.STATUS: "Status",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field, before and after; "" where it was, or is, not there."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """One IPO as the board shows it; `changes` are those of the last 24 hours."""

    ipo: Ipo
    status: str
    changes: Sequence[Change]
    is_new: bool

    @property
    def is_highlighted(self) -> bool:
        return self.is_new or bool(self.changes)


@dataclass(frozen=True, slots=True)
class Board:
    """`next_key` goes into the next page's `after`; empty at the end."""

    lines: Sequence[Line]
    next_key: str
    statuses: Sequence[tuple[str, str]]
    is_empty: bool  # there is nothing whatever the filter


def board(
    profile: Profile,
    labels: Labels,
    now: dt.datetime,
    *,
    text: str = "",
    status: str = "",
    which: str = LISTED,
    after: str = "",
) -> Board:
    """By ipoID, 50 at a time: three queries."""
    listed = {LISTED: [True], GONE: [False]}.get(which, [True, False])
    rows = profile.ipos.filter(_named(text), is_listed__in=listed, ipo_id__gt=after)
    if status:
        rows = rows.filter(status=status)
    found = list(rows.order_by("ipo_id")[: PAGE + 1])
    used = profile.ipos.order_by("status").values_list("status", flat=True).distinct()
    first = profile.ipos.aggregate(at=Min("first_seen_at"))["at"]
    return Board(
        [_line(row, labels, now, first) for row in found[:PAGE]],
        found[PAGE - 1].ipo_id if len(found) > PAGE else "",
        [(one, labelled(one, labels)) for one in used],
        first is None,
    )


def fields(ipo: Ipo, labels: Labels) -> list[tuple[str, str]]:
    """Every field that came, the known ones first."""
    columns = {
        TITLES[names.IPO_ID]: ipo.ipo_id,
        TITLES[names.STOCK_CODE]: ipo.stock_code,
        TITLES[names.ISIN]: ipo.isin,
        TITLES[names.STATUS]: labelled(ipo.status, labels),
    }
    return [*columns.items(), *ipo_fields.shown(ipo.reference)]


def changes(ipo: Ipo, labels: Labels) -> list[Change]:
    """Of the last refresh that changed it, whenever that was."""
    return [
        Change(
            TITLES.get(name, name),
            _as_shown(name, before, labels),
            _as_shown(name, after, labels),
        )
        for name, (before, after) in ipo.changes.items()
    ]


def labelled(status: str, labels: Labels) -> str:
    """ "Open (30)", or "30" where nobody has said what it means."""
    label = codes.label(CodeKind.IPO_STATUS, status, labels)
    return label if label == status else f"{label} ({status})"


def _line(
    row: Ipo, labels: Labels, now: dt.datetime, first: dt.datetime | None
) -> Line:
    lately = row.changed_at is not None and now - row.changed_at < LATELY
    return Line(
        row,
        labelled(row.status, labels),
        changes(row, labels) if lately else [],
        # Not those with which the board began.
        row.first_seen_at != first and now - row.first_seen_at < LATELY,
    )


def _as_shown(name: str, value: object, labels: Labels) -> str:
    text = ipo_fields.as_text(value)
    return labelled(text, labels) if name == names.STATUS and text else text


def _named(text: str) -> Q:
    if not text:
        return Q()
    return (
        Q(ipo_id__icontains=text)
        | Q(stock_code__icontains=text)
        | Q(isin__icontains=text)
    )
