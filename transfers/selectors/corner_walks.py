"""Walking the Download Corner by place, newest first, within a bounded effort.

A walk follows one index (the rarest of the filters) and asks the other filters of each
row it meets. The inner LIMIT bounds how many rows are met, and keeps both databases
from choosing another way. Names are looked for on the way; when that does not fill
the answer, the trigram index answers; and when even that is too much (a frequent word
and a frequent filter that never meet), the answer says how far it has looked.
"""

from dataclasses import dataclass
from typing import Any

from transfers.selectors import corner_names
from transfers.selectors.corner_filters import (
    COLUMNS,
    Condition,
    Stretch,
    Wanted,
    all_of,
    contains,
    filters,
    read,
)

RARE = 1_000  # how far a filter is counted to find the rarest
MEET_FILTERS = 200_000  # rows met by a walk that only reads an index
MEET_NAMES = 5_000  # rows met by a walk that reads names
ENOUGH = 50  # found among them: the largest page is full, and the word is frequent


@dataclass(frozen=True)
class Walked:
    """places in the order of the walk. looked_to: there may be more beyond it."""

    places: list[int]
    looked_to: int | None = None


def walk(wanted: Wanted, within: Stretch, limit: int) -> Walked:
    """At most `limit` places; at most seven queries."""
    asked = filters(wanted)
    lead = _rarest(wanted, asked, within)
    names = [contains(word) for word in wanted.words]
    meet = MEET_NAMES if names else MEET_FILTERS
    found = _along(wanted, asked, lead, names, within, limit, meet)
    is_enough = found.looked_to is None or len(found.places) > ENOUGH
    if is_enough or not corner_names.can_look_up(wanted):
        return found
    places = corner_names.look_up(wanted, within, limit)
    return found if places is None else Walked(places)


def _rarest(wanted: Wanted, asked: dict[str, Condition], within: Stretch) -> str:
    """The filter whose index the walk follows; "" for all of the participant's."""
    if len(asked) < 2:
        return next(iter(asked), "")
    counts, values = [], list[Any]()
    for condition in asked.values():
        inner, given = all_of(wanted, [condition], within)
        met = f"SELECT 1 {inner} LIMIT {RARE}"
        counts.append(f"(SELECT count(*) FROM ({met}) AS met)")  # noqa: S608
        values += given
    (row,) = read(f"SELECT {', '.join(counts)}", values)
    return min(zip(row, range(len(row)), asked, strict=True))[2]


def _along(
    wanted: Wanted,
    asked: dict[str, Condition],
    lead: str,
    names: list[Condition],
    within: Stretch,
    limit: int,
    meet: int,
) -> Walked:
    others = [name for name in asked if name != lead]
    columns = ["place", *(column for name in others for column in COLUMNS[name])]
    columns += ["name"] if names else []
    inner, values = all_of(wanted, [asked[lead]] if lead else [], within)
    rest = [*(asked[name] for name in others), *names]
    outer = " AND ".join(where for where, _ in rest) or "1 = 1"
    met = f"SELECT {', '.join(columns)} {inner} ORDER BY place {within.order}"
    rows = read(
        f"SELECT place FROM ({met} LIMIT {meet}) AS met WHERE {outer} LIMIT {limit}",  # noqa: S608
        [*values, *(value for _, given in rest for value in given)],
    )
    places = [place for (place,) in rows]
    if len(places) == limit:
        return Walked(places)
    end = read(
        f"SELECT place {inner} ORDER BY place {within.order} LIMIT 1 OFFSET {meet - 1}",
        values,
    )
    return Walked(places, end[0][0] if end else None)
