"""Changing several rows of a table at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.activity import transaction
from portal.people.models import Participant
from portal.rows import update_in_order


@pytest.fixture
def queries(
    participant: Participant, other_participant: Participant
) -> CaptureQueriesContext:
    rows = Participant.objects.filter(is_ep=True).order_by("-code")
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        assert update_in_order(rows, name="Renamed") == 2
    return queries


def test_all_that_the_query_finds_are_changed(queries: CaptureQueriesContext) -> None:
    names = Participant.objects.values_list("name", flat=True)
    assert set(names) == {"Renamed"}


def test_where_rows_can_be_locked_they_are_by_their_keys_before_the_change(
    queries: CaptureQueriesContext,
) -> None:
    said = [query["sql"] for query in queries]
    changed = next(n for n, sql in enumerate(said) if sql.startswith("UPDATE"))
    locks = [sql for sql in said[:changed] if "FOR NO KEY UPDATE" in sql]
    assert len(locks) == connection.features.has_select_for_update
    assert all('ORDER BY "people_participant"."id" ASC' in sql for sql in locks)
