"""Inserting records by the thousand.

`bulk_create` takes 110 µs of a core a record, nearly all of it in Python; the rest of
reading a batch takes half of that. Here the fields that are the same for every record
are prepared once.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from django.db import connection

from fini.models import EipoSubscription
from portal.rows import stored_key

A_STATEMENT = 500  # rows: SQLite takes 32,766 values in one


class Insertion:
    """Inserts records that differ from `like` in the columns given; in the caller's
    transaction. Values come in the order of `columns` and as the database takes them:
    text, int, bytes, and UUIDs by `key`."""

    def __init__(self, like: EipoSubscription, columns: Sequence[str]) -> None:
        """Raises KeyError for a column that the table has not."""
        same: dict[str, Any] = {
            str(f.column): f.get_db_prep_save(getattr(like, f.attname), connection)
            for f in EipoSubscription._meta.concrete_fields
        }
        for name in columns:
            del same[name]
        self._same = tuple(same.values())
        quoted = connection.ops.quote_name
        table = quoted(EipoSubscription._meta.db_table)
        names = ", ".join(quoted(name) for name in (*same, *columns))
        self._into = f"{table} ({names})"
        self._places = _places(columns)
        self.key = stored_key()

    def insert(self, rows: Sequence[Sequence[Any]]) -> None:
        """By the way that the database at hand has for many rows."""
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                self._copy(cursor, rows)
                return
            for first in range(0, len(rows), A_STATEMENT):
                self._insert_some(cursor, rows[first : first + A_STATEMENT])

    def _copy(self, cursor: Any, rows: Sequence[Sequence[Any]]) -> None:
        """A quarter of the time that statements take."""
        statement = f"COPY {self._into} FROM STDIN"
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row((*self._same, *row))

    def _insert_some(self, cursor: Any, rows: Sequence[Sequence[Any]]) -> None:
        """Many rows a statement: while SQLite works at one, another thread may run, and
        with a row a statement each would wait for the other."""
        told = ", ".join([self._places] * len(rows))
        both = f"(VALUES {_places(self._same)}), (VALUES {told})"
        values = (*self._same, *chain.from_iterable(rows))
        cursor.execute(f"INSERT INTO {self._into} SELECT * FROM {both}", values)  # noqa: S608


def _places(values: Iterable[object]) -> str:
    return f"({', '.join('%s' for _ in values)})"
