"""The one way of a batch from state to state: claimed, checked against the table, told.

A move of a batch moves its records with it, in one UPDATE: of 100,000 records that
takes a third of a second, and nobody ever sees a queued batch of drafted records.
"""

import uuid
from typing import Any

from fini.models import Batch, EipoSubscription
from fini.states import BatchStatus, MoveNotAllowed, SubscriptionStatus, check_move
from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.people.models import User

B, S = BatchStatus, SubscriptionStatus
STATUS = {
    B.UPLOADED: Status.DRAFT,
    B.READING: Status.DRAFT,
    B.UNREADABLE: Status.FAILED,
    B.CHECKED: Status.DRAFT,
    B.AWAITING_APPROVAL: Status.PENDING,
    B.QUEUED: Status.QUEUED,
    B.SENDING: Status.UPLOADING,
    B.ENDED: Status.SUCCESSFUL,
    B.DECLINED: Status.FAILED,
    B.WITHDRAWN: Status.WARNING,
    B.LAPSED: Status.FAILED,
}
# What the records of a batch become with it; only those that wait do.
RECORDS = {
    B.QUEUED: (S.DRAFTED, S.QUEUED),
    B.DECLINED: (S.DRAFTED, S.WITHDRAWN),
    B.LAPSED: (S.DRAFTED, S.WITHDRAWN),
}
TOPICS = ("fini", "approvals")


def move(
    batch: Batch,
    after: BatchStatus,
    verb: str,
    *,
    held_by: uuid.UUID | None = None,
    user: User | None = None,
    **fields: Any,
) -> Batch:
    """Move on from the state the caller has read, once, and write the Activity.

    In a service's transaction (law 1). With `held_by`, only while that worker holds
    the batch. Raises MoveNotAllowed when the table has no such move or somebody was
    faster: the transaction must then be rolled back.
    """
    transaction.require()
    before = BatchStatus(batch.status)
    check_move(before, after)
    rows = Batch.objects.filter(pk=batch.pk, status=before)
    if held_by is not None:
        rows = rows.filter(holder=held_by)
    if rows.update(status=after, **fields) != 1:
        raise MoveNotAllowed(f"{batch} is {before} no longer")
    for name, value in {"status": after, **fields}.items():
        setattr(batch, name, value)
    _move_records(batch, before, after)
    record(batch, verb, user=user)
    return batch


def record(batch: Batch, verb: str, *, user: User | None = None) -> None:
    """The Activity of a batch as it stands; counts and a digest, and nobody's name."""
    activity.append(
        batch.participant,
        Kind.SUBSCRIPTION,
        Endpoint.WEB if user else Endpoint.API,
        f"{verb} {described(batch)}",
        STATUS[BatchStatus(batch.status)],
        user=user,
        refs={"batch": str(batch.pk), "state": str(batch.status)},
        topics=(*TOPICS, topic(batch)),
    )


def topic(batch: Batch) -> str:
    return f"fini-batch:{batch.pk}"


def described(batch: Batch) -> str:
    """ "[batch 24] to add EIPO subscriptions: [1,245] records …\""""
    told = f"[{batch}] to {batch.act} EIPO subscriptions"
    if batch.file_name:
        told += f", Filename [{batch.file_name}], checksum [{batch.file_sha256}]"
    if batch.records_sha256:
        fit, unfit = batch.totals["fit"], batch.totals["unfit"]
        told += f", [{fit}] records, [{unfit}] kept back"
        told += f", checksum of the records [{batch.records_sha256}]"
    return told


def _move_records(batch: Batch, before: BatchStatus, after: BatchStatus) -> None:
    step = RECORDS.get(after)
    if after == B.WITHDRAWN:
        step = (S.QUEUED if before == B.QUEUED else S.DRAFTED, S.WITHDRAWN)
    if step is None or before == B.SENDING:
        return
    waiting, then = step
    check_move(waiting, then)
    EipoSubscription.objects.filter(batch=batch, status=waiting).update(status=then)
