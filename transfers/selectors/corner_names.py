"""Finding names by the trigram index, where a walk meets too few of them."""

from typing import Any

from django.db import connection

from transfers import names_index
from transfers.selectors.corner_filters import (
    COLUMNS,
    TABLE,
    Condition,
    Stretch,
    Wanted,
    contains,
    filters,
    read,
)

# Names that match; of more, a walk meets enough. SQLite looks each of them up.
MEET, MEET_AT_ONCE = 15_000, 50_000


def can_look_up(wanted: Wanted) -> bool:
    return bool(_long(wanted))


def look_up(wanted: Wanted, within: Stretch, limit: int) -> list[int] | None:
    """The places in order; None when the index, too, knows too many."""
    if connection.vendor == "postgresql":
        return _postgresql(wanted, within, limit)
    return _sqlite(wanted, within, limit)


def _long(wanted: Wanted) -> list[str]:
    return [word for word in wanted.words if len(word) >= names_index.LEAST]


def _sqlite(wanted: Wanted, within: Stretch, limit: int) -> list[int] | None:
    """FTS5 answers by row number, which is the place."""
    short = [word for word in wanted.words if len(word) < names_index.LEAST]
    rest: list[Condition] = [
        ("participant_id = %s", [wanted.participant.hex]),
        *filters(wanted).values(),
        *map(contains, short),
    ]
    where = " AND ".join(condition for condition, _ in rest)
    index = names_index.INDEX
    met = (
        f"SELECT rowid AS at FROM {index} WHERE {index} MATCH %s"  # noqa: S608
        f" AND rowid > %s AND rowid < %s ORDER BY rowid {within.order} LIMIT {MEET}"
    )
    match = [names_index.matching(_long(wanted)), within.above, within.below]
    rows = read(
        f"SELECT place FROM ({met}) AS met CROSS JOIN {TABLE} ON place = at"  # noqa: S608
        f" WHERE {where} LIMIT {limit}",
        [*match, *(value for _, given in rest for value in given)],
    )
    if len(rows) < limit and read(f"{met} OFFSET {MEET - 1}", match):
        return None
    return sorted((place for (place,) in rows), reverse=not within.upward)


def _postgresql(wanted: Wanted, within: Stretch, limit: int) -> list[int] | None:
    """The index finds the names that match in no order, so all of them at once; of
    too many, the planner knows. The last row tells how many were met."""
    names = [contains(word) for word in wanted.words]
    named = " AND ".join(condition for condition, _ in names)
    words = [value for _, given in names for value in given]
    if _estimate(named, words) > MEET_AT_ONCE:
        return None
    asked = filters(wanted)
    where = " AND ".join(condition for condition, _ in asked.values()) or "true"
    # No more than is asked for: what the server does not hold in memory is slow.
    columns = ", ".join({"place": 0} | {c: 0 for name in asked for c in COLUMNS[name]})
    rows = read(
        f"WITH met AS MATERIALIZED (SELECT {columns} FROM {TABLE}"  # noqa: S608
        f" WHERE {named} AND participant_id = %s AND place > %s AND place < %s"
        f" LIMIT {MEET_AT_ONCE}), fit AS (SELECT place FROM met WHERE {where}"
        f" ORDER BY place {within.order} LIMIT {limit})"
        " SELECT place FROM fit UNION ALL SELECT -count(*) FROM met",
        [
            *(*words, wanted.participant.hex, within.above, within.below),
            *(value for _, given in asked.values() for value in given),
        ],
    )
    if min(place for (place,) in rows) <= -MEET_AT_ONCE:
        return None
    found = [place for (place,) in rows if place > 0]
    return sorted(found, reverse=not within.upward)


def _estimate(named: str, words: list[Any]) -> int:
    """How many names match, by PostgreSQL's statistics: nothing is read for it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"EXPLAIN (FORMAT JSON) SELECT 1 FROM {TABLE} WHERE {named}",  # noqa: S608
            words,
        )
        (told,) = cursor.fetchone()
    return int(told[0]["Plan"]["Plan Rows"])
