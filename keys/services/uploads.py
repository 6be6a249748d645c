"""Handing a new key to HKEX, step by step as a visit takes it (law 4)."""

import datetime as dt
from typing import Any

from django.conf import settings

from keys.models import Host, KeyRenewal, KeyUpload, KeyUploadOutcome
from keys.renewal_states import RenewalStatus
from keys.services import notices
from keys.services.leases import Lease
from keys.services.moves import MoveNotAllowed, move
from portal import clock
from portal.activity import transaction
from portal.exchange.errors import ExchangeError

R = RenewalStatus
DIED = "The worker stopped in the middle of the upload."


def claim(lease: Lease, renewal: KeyRenewal, host: Host, now: dt.datetime) -> KeyUpload:
    """Saved before the call. Raises MoveNotAllowed: withdrawn since it was read."""
    with transaction.atomic():
        lease.hold()
        upload = KeyUpload.objects.create(
            renewal=renewal,
            number=renewal.uploads.count() + 1,
            host=host,
            fence=lease.fence,
            started_at=now,
        )
        KeyRenewal.objects.filter(pk=renewal.pk, status=R.QUEUED).update(
            fence=lease.fence, opened_at=None, sentence=""
        )
        move(renewal, R.UPLOADING, fence=lease.fence)
        renewal.fence = lease.fence
    return upload


def intend(lease: Lease, upload: KeyUpload, now: dt.datetime) -> None:
    """The point of no return: committed before OPEN is sent. From here on the
    exchange may count the upload, so we do."""
    with transaction.atomic():
        lease.hold()
        ready = KeyRenewal.objects.filter(
            pk=upload.renewal_id, status=R.UPLOADING, fence=lease.fence, opened_at=None
        ).update(opened_at=now)
        if ready != 1:
            raise MoveNotAllowed(f"{upload.renewal_id} is not ours to open")
        KeyUpload.objects.filter(pk=upload.pk).update(intent_at=now)


def delivered(lease: Lease, upload: KeyUpload, now: dt.datetime) -> None:
    """Every WRITE and the CLOSE were answered well: wait for the result file."""
    with transaction.atomic():
        renewal = _ours(lease, upload)
        _end(upload, KeyUploadOutcome.DELIVERED, "", now)
        move(renewal, R.AWAITING_RESULT, fence=lease.fence, sent_at=now, **first_look())


def refused(
    lease: Lease, upload: KeyUpload, why: ExchangeError, now: dt.datetime
) -> None:
    """OPEN was answered with a refusal: HKEX has nothing of it."""
    with transaction.atomic():
        renewal = _ours(lease, upload)
        _end(upload, KeyUploadOutcome.REFUSED, why.sentence, now)
        notices.rejected(renewal, why.sentence)
        move(
            renewal, R.REJECTED, fence=lease.fence, ended_at=now, sentence=why.sentence
        )


def not_opened(
    lease: Lease, upload: KeyUpload, why: ExchangeError, now: dt.datetime
) -> None:
    """Broke before OPEN was sent: tried again by itself."""
    with transaction.atomic():
        renewal = _ours(lease, upload)
        _end(upload, KeyUploadOutcome.NOT_OPENED, why.sentence, now)
        move(
            renewal,
            R.QUEUED,
            fence=lease.fence,
            opened_at=None,
            sentence=f"{why.sentence} It is tried again by itself.",
        )


def unclear(
    lease: Lease, upload: KeyUpload, why: ExchangeError, now: dt.datetime
) -> None:
    """OPEN was sent and the rest is not known: the new key itself is tried."""
    with transaction.atomic():
        renewal = _ours(lease, upload)
        _end(upload, KeyUploadOutcome.UNCLEAR, why.sentence, now)
        leave_unconfirmed(renewal, why.sentence)


def recover_before(lease: Lease, now: dt.datetime) -> None:
    """A visit begins by taking up what an earlier holder of its lease left."""
    with transaction.atomic():
        lease.hold()
        left = (
            KeyRenewal.objects.select_for_update(no_key=True, of=("self",))
            .select_related("key", "account__participant", "account__facility")
            .filter(account_id=lease.account_pk, status=R.UPLOADING)
            .exclude(fence=lease.fence)
            .first()
        )
        if left is None:
            return
        is_unclear = left.opened_at is not None
        outcome = KeyUploadOutcome
        KeyUpload.objects.filter(renewal=left, outcome="").update(
            outcome=outcome.UNCLEAR if is_unclear else outcome.NOT_OPENED,
            sentence=DIED,
            ended_at=now,
        )
        if is_unclear:
            leave_unconfirmed(left, DIED)
        else:
            move(left, R.QUEUED, sentence=f"{DIED} It is tried again by itself.")


def leave_unconfirmed(renewal: KeyRenewal, sentence: str, **fields: Any) -> None:
    """In the caller's transaction: a result may still come, and the new key is tried
    by a login at once."""
    notices.unconfirmed(renewal, sentence)
    move(
        renewal,
        R.UNCONFIRMED,
        sentence=sentence,
        look_next_at=_in_seconds(settings.RESULT_FIRST_SECONDS),
        look_until=clock.real_now() + dt.timedelta(hours=24),  # Guide A §4.6
        prove_next_at=clock.real_now(),
        **fields,
    )


def first_look() -> dict[str, Any]:
    return {
        "look_next_at": _in_seconds(settings.RESULT_FIRST_SECONDS),
        "look_until": _in_seconds(settings.RESULT_DEADLINE_SECONDS),
    }


def _ours(lease: Lease, upload: KeyUpload) -> KeyRenewal:
    """The row as it is now; raises MoveNotAllowed when it is another visit's."""
    lease.hold()
    try:
        return KeyRenewal.objects.select_related(
            "key", "account__participant", "account__facility"
        ).get(pk=upload.renewal_id, fence=lease.fence, status=R.UPLOADING)
    except KeyRenewal.DoesNotExist:
        raise MoveNotAllowed(str(upload.renewal_id)) from None


def _end(
    upload: KeyUpload, outcome: KeyUploadOutcome, sentence: str, now: dt.datetime
) -> None:
    KeyUpload.objects.filter(pk=upload.pk).update(
        outcome=outcome, sentence=sentence, ended_at=now
    )


def _in_seconds(seconds: float) -> dt.datetime:
    return clock.real_now() + dt.timedelta(seconds=seconds)
