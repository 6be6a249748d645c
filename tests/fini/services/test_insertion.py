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


def test_every_row_is_there_with_what_is_the_same_in_all(
    participant: Participant,
) -> None:
    batch = people.batch(participant)
    like = EipoSubscription(participant=participant, batch=batch, row=0, quantity=7)
    inserting = Insertion(like, ["id", "row", "own_ref", "sealed_person"])
    pks = [uuid.uuid4() for _ in range(1_200)]
    rows = [(inserting.key(pk), at, f"r-{at}\t陳", b"\0") for at, pk in enumerate(pks)]
    with transaction.atomic():
        inserting.insert(rows)
    found = EipoSubscription.objects.filter(batch=batch, quantity=7, target=None)
    assert list(found.order_by("row").values_list("pk", flat=True)) == pks
    last = found.get(row=1_199)
    assert (last.own_ref, bytes(last.sealed_person)) == ("r-1199\t陳", b"\0")


@pytest.mark.sqlite
def test_sqlite_is_given_many_rows_a_statement(participant: Participant) -> None:
    """A row has a pair of brackets, and so have the names, what is the same in all
    rows, and each of the two tables of values."""
    batch = people.batch(participant)
    like = EipoSubscription(participant=participant, batch=batch, row=0, quantity=7)
    inserting = Insertion(like, ["id", "row"])
    rows = [(inserting.key(uuid.uuid4()), row) for row in range(1_200)]
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        inserting.insert(rows)
    sent = [q["sql"] for q in asked.captured_queries if "INSERT" in q["sql"]]
    assert [sql.count("(") - 4 for sql in sent] == [500, 500, 200]


def test_a_column_that_the_table_has_not_is_refused(participant: Participant) -> None:
    batch = people.batch(participant)
    like = EipoSubscription(participant=participant, batch=batch, row=0, quantity=7)
    with pytest.raises(KeyError, match="spelling"):
        Insertion(like, ["id", "spelling"])
