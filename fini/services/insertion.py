"""Inserting records by the thousand.

`bulk_create` takes 110 µs of a core a record, nearly all of it in Python; the rest of
reading a batch takes half of that. Here the fields that are the same for every record
are prepared once.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from django.db import connection

from fini.models import EipoSubscription
from portal.rows import stored_key

A_STATEMENT = 500  # rows: SQLite takes 32,766 values in one


class Insertion:
    """Inserts records that differ from `like` in the columns given; in the caller's
    transaction. Values come as the database takes them: text, int, bytes, and UUIDs
    by `key`."""

    def __init__(self, like: EipoSubscription) -> None:
        fields = EipoSubscription._meta.concrete_fields
        self._same: dict[str, Any] = {
            str(f.column): f.get_db_prep_save(getattr(like, f.attname), connection)
            for f in fields
        }
        quoted = connection.ops.quote_name
        columns = ", ".join(quoted(name) for name in self._same)
        table = quoted(EipoSubscription._meta.db_table)
        self._into = f"INSERT INTO {table} ({columns}) VALUES "  # noqa: S608
        self._places = f"({', '.join(['%s'] * len(self._same))})"
        self.key = stored_key()

    def insert(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Raises KeyError for a column that the table has not.

        SQLite by many rows a statement: while it works at one, another thread may run,
        and with a row a statement each would wait for the other. PostgreSQL takes rows
        in a pipeline, and to write 11,000 values into a statement costs a core more
        than all the rest.
        """
        with connection.cursor() as cursor:
            if connection.vendor != "sqlite":
                one = self._into + self._places
                cursor.executemany(one, [self._values(row) for row in rows])
                return
            for first in range(0, len(rows), A_STATEMENT):
                some = [self._values(row) for row in rows[first : first + A_STATEMENT]]
                places = ", ".join([self._places] * len(some))
                cursor.execute(self._into + places, list(chain.from_iterable(some)))

    def _values(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        values = {**self._same, **row}
        if len(values) != len(self._same):
            raise KeyError("a column is not the table’s")
        return tuple(values.values())
