"""A worker reads a batch: all of it or nothing, one worker at a time."""

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fini.models import Batch, BatchProblem, EipoSubscription
from fini.services import checked_rows, reading
from fini.states import BatchStatus
from portal import clock
from portal.people.models import Participant, User
from tests.fini import batch_builders as b


class Killed(BaseException):
    """What a worker is ended with."""


def test_totals_add_up_and_the_file_is_gone(
    alice: User, participant: Participant
) -> None:
    batch = b.checked(
        alice,
        b.profile(participant),
        b.line(appQuantity="1000"),
        b.line(appQuantity="500", ipoID="1235"),
        b.line(appQuantity="x"),
    )
    totals = batch.totals
    assert (totals["rows"], totals["fit"], totals["unfit"]) == (3, 2, 1)
    assert totals["ipos"] == {"1234": [1, 1000], "1235": [1, 500]}
    assert bytes(batch.sealed_file) == b""
    assert (batch.holder, batch.lease_until) == (None, None)


def test_a_worker_that_is_killed_leaves_no_doubles(
    alice: User, participant: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies after its second commit; another reads from the start."""
    lines = [b.line() for _ in range(1_200)] + [b.line(appQuantity="0")]
    batch = b.chosen(alice, b.profile(participant), b.content(*lines))
    store = checked_rows.CheckedRows.store
    stored: list[object] = []

    def dies(self: checked_rows.CheckedRows, some: list[object]) -> None:
        if len(stored) == 2:
            raise Killed
        stored.append(some)
        store(self, some)  # type: ignore[arg-type]

    monkeypatch.setattr(checked_rows.CheckedRows, "store", dies)
    with pytest.raises(Killed):
        reading.read(batch.pk)
    assert EipoSubscription.objects.count() == 1_000
    monkeypatch.undo()

    later = clock.real_now() + dt.timedelta(seconds=30)  # it gave nothing back
    Batch.objects.update(holder=uuid.uuid4(), lease_until=later)
    reading.read(batch.pk)
    assert EipoSubscription.objects.count() == 1_000
    Batch.objects.update(lease_until=clock.real_now() - dt.timedelta(seconds=1))
    assert reading.wake_waiting() == 1
    reading.read(batch.pk)
    assert EipoSubscription.objects.count() == 1_201
    assert BatchProblem.objects.count() == 1
    assert b.again(batch).totals["rows"] == 1_201


def test_a_commit_holds_others_up_for_no_more_than_500_rows(
    alice: User, participant: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [b.line() for _ in range(1_100)]
    batch = b.chosen(alice, b.profile(participant), b.content(*lines))
    store = checked_rows.CheckedRows.store
    stored: list[int] = []

    def counted(self: checked_rows.CheckedRows, some: list[object]) -> None:
        stored.append(len(some))
        store(self, some)  # type: ignore[arg-type]

    monkeypatch.setattr(checked_rows.CheckedRows, "store", counted)
    reading.read(batch.pk)
    assert stored == [500, 500, 100]


def test_a_worker_that_lost_its_lease_writes_nothing_more(
    alice: User, participant: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [b.line() for _ in range(700)]
    batch = b.chosen(alice, b.profile(participant), b.content(*lines))
    store = checked_rows.CheckedRows.store

    def outlived(self: checked_rows.CheckedRows, some: list[object]) -> None:
        store(self, some)  # type: ignore[arg-type]
        Batch.objects.filter(pk=batch.pk).update(holder=uuid.uuid4())

    monkeypatch.setattr(checked_rows.CheckedRows, "store", outlived)
    reading.read(batch.pk)
    assert EipoSubscription.objects.count() == 500
    assert b.again(batch).status == BatchStatus.READING


def test_a_file_that_turns_out_unreadable_leaves_a_sentence_alone(
    alice: User, participant: Participant
) -> None:
    rows = b.content(*(b.line() for _ in range(600)))
    batch = b.chosen(alice, b.profile(participant), rows + b'"never closed')
    reading.read(batch.pk)
    batch = b.again(batch)
    assert batch.status == BatchStatus.UNREADABLE
    assert "quotation mark" in batch.sentence
    assert not EipoSubscription.objects.exists()
    assert bytes(batch.sealed_file) == b""


def test_a_file_that_does_not_open_is_told(
    alice: User, participant: Participant
) -> None:
    batch = b.chosen(alice, b.profile(participant))
    Batch.objects.update(sealed_file=b"x" * 80)
    reading.read(batch.pk)
    assert b.again(batch).sentence == reading.CANNOT_OPEN


def test_a_commit_does_not_write_the_file_again(
    alice: User,
    participant: Participant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is in the row of the batch, which each commit looks at."""
    monkeypatch.setattr(reading, "A_COMMIT", 10)
    monkeypatch.setattr(reading, "TOLD_EVERY", 3_600.0)
    lines = [b.line() for _ in range(95)]
    batch = b.chosen(alice, b.profile(participant), b.content(*lines))
    with CaptureQueriesContext(connection) as asked:
        reading.read(batch.pk)
    written = [q for q in asked if q["sql"].startswith('UPDATE "fini_batch"')]
    assert len(written) == 3  # taken, finished, given back


def test_an_error_of_ours_ends_the_batch_and_is_raised(
    alice: User, participant: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = b.chosen(alice, b.profile(participant), b.content(b.line(), b.line()))

    def fails(*given: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(checked_rows.CheckedRows, "store", fails)
    with pytest.raises(RuntimeError, match="a defect"):
        reading.read(batch.pk)
    batch = b.again(batch)
    assert (batch.status, batch.sentence) == (BatchStatus.UNREADABLE, reading.DEFECT)
    assert reading.wake_waiting() == 0


@pytest.mark.django_db(transaction=True)
def test_who_takes_the_batch_waits_for_the_commit_under_way(
    alice: User, participant: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And then nothing more of the worker before is written."""
    monkeypatch.setattr(reading, "A_COMMIT", 10)
    lines = [b.line() for _ in range(25)]
    batch = b.chosen(alice, b.profile(participant), b.content(*lines))
    store = checked_rows.CheckedRows.store
    order: list[str] = []

    def takes() -> None:
        try:
            Batch.objects.filter(pk=batch.pk).update(holder=uuid.uuid4())
            order.append("taken")
        finally:
            connection.close()

    thief = threading.Thread(target=takes)

    def stored(self: checked_rows.CheckedRows, some: list[object]) -> None:
        if thief.ident is None:
            thief.start()
            thief.join(0.3)
        store(self, some)  # type: ignore[arg-type]
        order.append("stored")

    monkeypatch.setattr(checked_rows.CheckedRows, "store", stored)
    reading.read(batch.pk)
    thief.join()
    *before, last = order  # SQLite lets the next commit begin before who waits
    assert (set(before), last) == ({"stored"}, "taken")
    assert EipoSubscription.objects.count() == min(10 * len(before), 25)
