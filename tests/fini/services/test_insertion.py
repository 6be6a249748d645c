"""Records by the thousand, as the database at hand takes them fastest."""

import uuid

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from fini.models import EipoSubscription
from fini.services.insertion import Insertion
from portal.people.models import Participant
from tests.fini import people_builders as people

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("vendor", "statements"),
    [("sqlite", [500, 500, 200]), ("postgresql", [1])],
)
def test_only_sqlite_is_given_many_rows_a_statement(
    participant: Participant,
    monkeypatch: pytest.MonkeyPatch,
    vendor: str,
    statements: list[int],
) -> None:
    """PostgreSQL's driver writes every value of a statement into its text."""
    batch = people.batch(participant)
    like = EipoSubscription(participant=participant, batch=batch, row=0, quantity=7)
    inserting = Insertion(like)
    rows = [{"id": inserting.key(uuid.uuid4()), "row": row} for row in range(1_200)]
    with CaptureQueriesContext(connection) as asked, monkeypatch.context() as patched:
        patched.setattr(connection, "vendor", vendor)
        with transaction.atomic():
            inserting.insert(rows)
    sent = [q["sql"] for q in asked.captured_queries if "INSERT" in q["sql"]]
    assert [sql.count("(") - 1 for sql in sent] == statements
    found = EipoSubscription.objects.filter(batch=batch, quantity=7)
    assert found.count() == 1_200
