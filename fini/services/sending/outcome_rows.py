"""What became of up to a thousand records, written by one statement."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from fini.models import EipoSubscription
from fini.states import SubscriptionStatus, check_move
from portal import clock
from portal.rows import stored_key

LONGEST = {"record_id": 40, "error_code": 20, "error_text": 500}  # characters


@dataclass(slots=True)
class Outcome:
    """Of the record `pk`. A `record_id` of "" leaves the one it has."""

    pk: uuid.UUID
    status: SubscriptionStatus
    record_id: str = ""
    error_code: str = ""
    error_text: str = ""


_ANSWERED_AT: Any = EipoSubscription._meta.get_field("answered_at")
# A named list works alike in SQLite (3.33) and PostgreSQL; by the primary key each
# value finds its row at once. Only places for parameters are put in.
_SQL = """
WITH told (id, status, record_id, error_code, error_text) AS (VALUES {values})
UPDATE {table} SET
    status = told.status,
    record_id = CASE WHEN told.record_id = '' THEN {table}.record_id
                ELSE told.record_id END,
    error_code = told.error_code,
    error_text = told.error_text,
    answered_at = %s
FROM told WHERE {table}.id = told.id AND {table}.status = %s
"""


def write(outcomes: Sequence[Outcome], before: SubscriptionStatus) -> int:
    """Of rows that are `before`; how many that were. Raises MoveNotAllowed."""
    if not outcomes:
        return 0
    for after in {one.status for one in outcomes}:
        check_move(before, after)
    values = ", ".join(["(%s, %s, %s, %s, %s)"] * len(outcomes))
    sql = _SQL.format(values=values, table=EipoSubscription._meta.db_table)
    key = stored_key()
    told: list[Any] = []
    for one in outcomes:
        told += (key(one.pk), *_values(one))
    # As the database at hand keeps it: SQLite has no type for times.
    now = _ANSWERED_AT.get_db_prep_value(clock.now(), connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*told, now, before.value])
        changed: int = cursor.rowcount
        if changed < 0:  # Python's SQLite counts for no statement that begins WITH
            cursor.execute("SELECT changes()")
            (changed,) = cursor.fetchone()
    return changed


def _values(one: Outcome) -> list[str]:
    texts = [getattr(one, name)[:longest] for name, longest in LONGEST.items()]
    return [one.status.value, *texts]
