"""The database refuses to change activity rows, and says so when it would not."""

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from portal.activity import triggers
from portal.activity.models import Activity
from portal.people.models import Participant
from tests.lifting import lifted_triggers
from tests.portal.activity.conftest import write

pytestmark = pytest.mark.django_db
REFUSED = "append-only"


def test_an_update_is_refused(participant: Participant) -> None:
    write(participant)
    with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic():
        Activity.objects.update(description="another")


def test_a_delete_is_refused(participant: Participant) -> None:
    write(participant)
    with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic():
        Activity.objects.all().delete()


def test_emptying_the_table_is_refused(participant: Participant) -> None:
    write(participant)
    connection.check_constraints()  # with some pending, PostgreSQL truncates nothing
    verb = "TRUNCATE" if connection.vendor == "postgresql" else "DELETE FROM"
    with (
        pytest.raises(DatabaseError, match=REFUSED),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"{verb} {triggers.TABLE}")


def test_a_row_cannot_be_replaced_by_an_insert(participant: Participant) -> None:
    write(participant)
    verb = "INSERT" if connection.vendor == "postgresql" else "INSERT OR REPLACE"
    with (
        pytest.raises(DatabaseError, match=r"append-only|duplicate key"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"{verb} INTO {triggers.TABLE} SELECT * FROM {triggers.TABLE}")


def test_the_check_is_silent_while_the_triggers_are_there(db: None) -> None:
    assert run_checks(tags=["database"], databases=["default"]) == []


def test_the_check_names_the_triggers_that_are_missing(lifted: None) -> None:
    (fault,) = run_checks(tags=["database"], databases=["default"])
    assert fault.id == "activity.E001"
    assert triggers.missing()[0] in fault.msg


def test_installing_twice_is_installing_once(db: None) -> None:
    triggers.install()
    triggers.install()
    assert triggers.missing() == []


def test_migrate_puts_them_back(transactional_db: None) -> None:
    triggers.remove()
    call_command("migrate", "--skip-checks", verbosity=0)
    assert triggers.missing() == []


def test_a_flush_empties_the_log_and_leaves_the_triggers(
    transactional_db: None, participant: Participant
) -> None:
    write(participant)
    call_command("flush", "--no-input", verbosity=0)
    assert Activity.objects.count() == 0
    assert triggers.missing() == []


def test_the_fixture_lifts_them_and_puts_them_back(participant: Participant) -> None:
    row = write(participant)
    with lifted_triggers():
        Activity.objects.filter(pk=row.pk).update(description="another")
    assert triggers.missing() == []
