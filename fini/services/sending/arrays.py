"""One request's worth of records: taken and named before the call, given back when
nothing of it was sent."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast, Now

from fini import envelope
from fini.calls import MOST_RECORDS, Call
from fini.models import Batch, EipoSubscription, Sending
from fini.services.leases import Held
from fini.services.sending import building, outcome_rows
from fini.services.sending.outcome_rows import Outcome
from fini.states import MoveNotAllowed, SendingStatus, SubscriptionStatus, check_move
from portal.activity import transaction

C, S = SendingStatus, SubscriptionStatus


@dataclass(frozen=True, slots=True)
class Array:
    """`pks`: the rows by what their outcomes are found by, the requestID of an add or a
    change, the recordID of an invalidation. `made`: what the client made of the
    call already."""

    sending: Sending
    call: Call = field(repr=False)
    pks: dict[str, uuid.UUID] = field(repr=False)
    made: Any = field(default=None, repr=False)


def take(held: Held, batch: Batch) -> Array | None:
    """The next records that are queued, as sent by a request that is prepared; None
    when there are none. Raises LeaseLost.

    A row that cannot be sent as it is (its person does not open, what it acts on is
    over) is refused here and now: no other waits for it.
    """
    while rows := _next(batch):
        built = building.build(batch, rows)
        with transaction.atomic():
            held.hold()
            _refuse(batch, built.unfit)
            if built.call is not None:
                return _taken(batch, rows, built, built.call)
    return None


def open_(held: Held, array: Array) -> None:
    """The point of no return: committed before the call is made. Raises LeaseLost."""
    with transaction.atomic():
        held.hold()
        move(array.sending, C.OPENED, opened_at=Now())


def drop(held: Held, sending: Sending, sentence: str) -> None:
    """Nothing of it left us: its records are queued as before. Raises LeaseLost."""
    with transaction.atomic():
        held.hold()
        move(sending, C.DROPPED, sentence=sentence, ended_at=Now())
        queue_again(sending)


def queue_again(sending: Sending) -> int:
    """The records that wait for this request's answer, which will not come."""
    check_move(S.SENT, S.QUEUED)
    waiting = EipoSubscription.objects.filter(sending=sending, status=S.SENT)
    return waiting.update(status=S.QUEUED)


def move(sending: Sending, after: SendingStatus, **changes: object) -> None:
    """By one conditional UPDATE. Raises MoveNotAllowed, also when another moved it."""
    before = SendingStatus(sending.status)
    check_move(before, after)
    if not Sending.objects.filter(pk=sending.pk, status=before).update(
        status=after, **changes
    ):
        raise MoveNotAllowed(f"{before} → {after}: another was faster")
    sending.status = after


def _next(batch: Batch) -> Sequence[building.Queued]:
    return list(
        _queued(batch)
        .order_by("row")
        .values_list(*building.COLUMNS, named=True)[:MOST_RECORDS]
    )


def _queued(batch: Batch) -> QuerySet[EipoSubscription]:
    return EipoSubscription.objects.filter(batch=batch, status=S.QUEUED)


def _refuse(batch: Batch, unfit: dict[uuid.UUID, str]) -> None:
    outcome_rows.write(
        [Outcome(pk, S.REFUSED, error_text=why) for pk, why in unfit.items()], S.QUEUED
    )


def _taken(
    batch: Batch,
    rows: Sequence[building.Queued],
    built: building.Built,
    call: Call,
) -> Array:
    """In a transaction that holds the lease: from here on each record has its names."""
    sending = Sending.objects.create(
        profile=batch.profile,
        batch=batch,
        path=call.path,
        request_id=envelope.new_request_id(),
        records=len(built.pks),
        prepared_at=Now(),
    )
    check_move(S.QUEUED, S.SENT)
    mine = _queued(batch).filter(row__lte=rows[-1].row).exclude(pk__in=built.left)
    moved = mine.update(
        status=S.SENT, sending=sending, request_id=Cast("row", CharField())
    )
    if moved != len(built.pks):
        raise MoveNotAllowed(f"{moved} of {len(built.pks)} records were queued")
    return Array(sending, call, built.pks)
