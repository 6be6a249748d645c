"""What is told in a transaction is written as its last statements, or not at all."""

import pytest
from django.db import connection
from django.db.transaction import set_rollback
from django.test.utils import CaptureQueriesContext

from portal.activity import transaction
from portal.activity.models import Activity, Endpoint, Kind, Status
from portal.activity.services import append
from portal.people.models import Participant

pytestmark = pytest.mark.django_db


def tell(participant: Participant | None, description: str) -> None:
    append(participant, Kind.ACCESS, Endpoint.WEB, description, Status.SUCCESSFUL)


def rename(participant: Participant) -> None:
    Participant.objects.filter(pk=participant.pk).update(name="Another")


def tell_and_fail(participant: Participant) -> None:
    with transaction.atomic():
        tell(participant, "failed")
        raise InterruptedError


def told() -> list[str]:
    rows = Activity.objects.order_by("chain__name", "seq")
    return list(rows.values_list("description", flat=True))


def test_nothing_else_is_written_once_the_head_of_the_chain_is_locked(
    participant: Participant,
) -> None:
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        with transaction.atomic():
            tell(participant, "renaming")
            rename(participant)
        tell(participant, "renamed")
        rename(participant)
    said = [query["sql"] for query in queries]
    first = next(n for n, sql in enumerate(said) if "activity_chain" in sql)
    assert not any("people_participant" in sql for sql in said[first:])
    assert told() == ["renaming", "renamed"]


def test_what_is_told_together_locks_and_moves_the_head_once(
    participant: Participant,
) -> None:
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        for number in range(5):
            tell(participant, str(number))
    said = [query["sql"] for query in queries]
    assert sum(sql.startswith('UPDATE "activity_chain"') for sql in said) == 1
    assert list(Activity.objects.order_by("seq").values_list("seq", "description")) == [
        (number + 1, str(number)) for number in range(5)
    ]


def test_what_a_failed_block_has_told_is_forgotten_and_its_neighbours_is_not(
    participant: Participant,
) -> None:
    with transaction.atomic():
        tell(participant, "before")
        with pytest.raises(InterruptedError):
            tell_and_fail(participant)
        tell(participant, "after")
    assert told() == ["before", "after"]


def test_what_a_block_to_be_rolled_back_has_told_is_forgotten(
    participant: Participant,
) -> None:
    with transaction.atomic():
        tell(participant, "before")
        with transaction.atomic():
            tell(participant, "inside")
            set_rollback(True)
    assert told() == ["before"]


def test_a_failed_transaction_leaves_nothing_to_the_next(
    participant: Participant,
) -> None:
    with pytest.raises(InterruptedError):
        tell_and_fail(participant)
    with transaction.atomic():
        tell(participant, "next")
    assert told() == ["next"]


def test_chains_are_locked_in_one_order_whoever_is_told_of_first(
    participant: Participant, other_participant: Participant
) -> None:
    """Two transactions that write to both would else wait for each other."""
    orders = []
    for whose in (
        [participant, other_participant, None],
        [None, other_participant, participant],
    ):
        with CaptureQueriesContext(connection) as queries, transaction.atomic():
            for one in whose:
                tell(one, "")
        updates = [q["sql"] for q in queries if q["sql"].startswith("UPDATE")]
        orders.append([sql.split("WHERE")[1] for sql in updates])
    assert len(orders[0]) == 3
    assert orders[0] == orders[1]
