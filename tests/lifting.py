"""Lifting the activity triggers: the only place that does so, and only in tests."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations

from portal.activity import triggers


@contextmanager
def lifted_triggers(using: str = "default") -> Iterator[None]:
    """Inside, activity rows can be changed, as somebody with the database could."""
    triggers.remove(using)
    try:
        yield
    finally:
        triggers.install(using)


@contextmanager
def flush_lifts_triggers() -> Iterator[None]:
    """Django's flush (TransactionTestCase, live_server) empties every table with DELETE
    or TRUNCATE, which the triggers refuse; inside, it lifts them around itself."""
    original = BaseDatabaseOperations.execute_sql_flush

    def flush(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        with lifted_triggers(self.connection.alias):
            original(self, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush)
        yield
