"""How a worker leaves a batch: ended, or put off until a time, and why."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Q

from fini.models import Batch, EipoSubscription, Sending
from fini.services.leases import Held, later
from fini.services.sending import looking_up, notices, telling
from fini.services.sending.telling import counted
from fini.states import BatchStatus, SendingStatus, SubscriptionStatus, check_move
from portal import clock
from portal.activity import transaction
from portal.activity.models import Status
from portal.exchange.hktime import hk_time

B, S = BatchStatus, SubscriptionStatus
# Seconds until the next try, by how many failed in a row.
WAITS = (5, 15, 30, 60, 120, 300)
TOLD_FROM = 3  # tries: what passes by itself is nobody's trouble
DEFECT = (
    "A defect of the portal ended the sending of the batch. Tell those who run the "
    "portal: the worker’s log says where it failed."
)


@dataclass(frozen=True, slots=True)
class Counts:
    queued: int
    sent: int
    unconfirmed: int
    refused: int

    @property
    def is_over(self) -> bool:
        return not (self.queued or self.sent or self.unconfirmed)


def counts(batch: Batch) -> Counts:
    told = EipoSubscription.objects.filter(batch=batch).aggregate(
        **{
            status.value: Count("pk", filter=Q(status=status))
            for status in (S.QUEUED, S.SENT, S.UNCONFIRMED, S.REFUSED)
        }
    )
    return Counts(**told)


def close(held: Held, batch: Batch) -> None:
    """Nothing is left that can be done now. Raises LeaseLost."""
    with transaction.atomic():
        held.hold()
        found = counts(batch)
        if found.is_over:
            _end(batch, found)
        elif not found.queued:
            _await_query(batch, found)


def put_off(
    held: Held, batch: Batch, sentence: str, at_least: int = 0, *, crashed: bool = False
) -> None:
    """Tried again by itself, later each time. Raises LeaseLost."""
    tries = Batch.objects.values_list("send_tries", flat=True).get(pk=batch.pk) + 1
    wait = max(WAITS[min(tries, len(WAITS)) - 1], at_least)
    with transaction.atomic():
        held.hold()
        Batch.objects.filter(pk=batch.pk).update(
            send_tries=F("send_tries") + 1,
            send_next_at=later(wait),
            sentence=f"{sentence} It goes on by itself at {_clock_time(wait)}.",
            status=_waiting_status(batch),
        )
        if crashed or tries >= TOLD_FROM:
            notices.held_up(batch, sentence)
        if tries in {1, TOLD_FROM}:
            telling.tell(batch, f"Send [{batch}]: held up", Status.WARNING)


def goes_well(batch: Batch) -> None:
    """After an answer: earlier failures count no more. In a transaction or not."""
    if Batch.objects.filter(pk=batch.pk, send_tries__gt=0).update(
        send_tries=0, sentence=""
    ):
        notices.goes_on(batch)


def _waiting_status(batch: Batch) -> BatchStatus:
    """Queued, and so to be withdrawn, only while nothing of it ever went out."""
    went_out = Sending.objects.filter(batch=batch).exclude(
        status__in=[SendingStatus.PREPARED, SendingStatus.DROPPED]
    )
    if went_out.exists():
        return B.SENDING
    check_move(B.SENDING, B.QUEUED)
    return B.QUEUED


def _end(batch: Batch, found: Counts) -> None:
    check_move(B.SENDING, B.ENDED)
    Batch.objects.filter(pk=batch.pk, status=B.SENDING).update(
        status=B.ENDED, ended_at=clock.now(), sentence="", send_next_at=None
    )
    notices.settle_unconfirmed(batch)
    notices.goes_on(batch)
    notices.settle_refused(batch.participant)
    if found.refused:
        notices.refused(batch, found.refused)
    said = f"ended, {found.refused:,} refused" if found.refused else "ended"
    status = Status.WARNING if found.refused else Status.SUCCESSFUL
    telling.tell(batch, f"Send [{batch}]: {said}", status)


def _await_query(batch: Batch, found: Counts) -> None:
    """Everything else is done: FINI is asked about the rest when that proves it."""
    at = looking_up.next_due(batch)
    if at is None:
        wait = float(WAITS[-1])  # it was asked just now, and could not tell
    else:
        wait = max((at - clock.real_now()).total_seconds(), WAITS[0])
    Batch.objects.filter(pk=batch.pk).update(
        send_next_at=later(wait),
        sentence=f"{counted(found.unconfirmed).capitalize()} unconfirmed. FINI is "
        f"asked for what it has at {_clock_time(wait)}.",
    )


def _clock_time(wait: float) -> str:
    """`15:04:12` in Hong Kong, so many seconds from now."""
    return f"{hk_time(clock.now() + dt.timedelta(seconds=wait)):%H:%M:%S}"
