"""What a visit that died left behind: queued again, or unconfirmed; never stuck."""

import datetime as dt
import uuid

from django.db.models import Exists, OuterRef, QuerySet

from portal.activity import transaction
from transfers.models import Attempt, AttemptOutcome, Lease, Submission
from transfers.services import looks, notices
from transfers.services.moves import move
from transfers.services.wakes import visit_soon
from transfers.states import SubmissionStatus
from transfers.visit import lease as leases

S = SubmissionStatus
DIED = "The worker stopped in the middle of the upload."


def recover_abandoned(now: dt.datetime) -> int:
    """Take up every upload whose lease has run out; answers how many."""
    alive = Lease.objects.filter(account_id=OuterRef("account_id")).exclude(
        leases.EXPIRED
    )
    accounts = (
        Submission.objects.filter(~Exists(alive), status=S.UPLOADING)
        .order_by()
        .values_list("account_id", flat=True)
        .distinct()
    )
    return sum(_recover(pk, now) for pk in list(accounts))


def recover_before(held: leases.Held, now: dt.datetime) -> None:
    """A visit begins by taking up what an earlier holder of its lease left."""
    with transaction.atomic():
        held.hold()
        for row in _left(held.account_pk).exclude(fence=held.fence):
            _take_up(row, now)


def _recover(account_pk: uuid.UUID, now: dt.datetime) -> int:
    with transaction.atomic():
        if not leases.break_expired(account_pk):
            return 0
        rows = list(_left(account_pk))
        for row in rows:
            _take_up(row, now)
        visit_soon(account_pk)
    return len(rows)


def _left(account_pk: uuid.UUID) -> QuerySet[Submission]:
    return (
        Submission.objects.filter(account_id=account_pk, status=S.UPLOADING)
        .select_for_update(no_key=True, of=("self",))
        .select_related("participant", "identity")
    )


def _take_up(row: Submission, now: dt.datetime) -> None:
    """Before the intent to OPEN nothing was sent; after it, nobody knows (law 4)."""
    unclear = row.opened_at is not None
    Attempt.objects.filter(submission=row, outcome="").update(
        outcome=AttemptOutcome.UNCLEAR if unclear else AttemptOutcome.NOT_OPENED,
        sentence=DIED,
        ended_at=now,
    )
    if not unclear:
        move(row, S.QUEUED, sentence=f"{DIED} It is tried again by itself.")
        return
    notices.unconfirmed(row, DIED)
    move(row, S.UNCONFIRMED, sentence=DIED, **looks.looks_while_unconfirmed(row))
