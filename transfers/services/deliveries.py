"""What a visit writes while it hands one submission over; all of it under its fence."""

import datetime as dt
import logging

from django.db import DatabaseError, connection

from keys.models import Host
from portal.activity import transaction
from portal.exchange.errors import ExchangeError, Unclear
from transfers.models import Attempt, AttemptOutcome, Submission
from transfers.services import looks, notices
from transfers.services.moves import move
from transfers.states import SubmissionStatus
from transfers.visit.lease import Held, LeaseLost

logger = logging.getLogger(__name__)
S = SubmissionStatus


def claim(lease: Held, submission: Submission, host: Host, now: dt.datetime) -> Attempt:
    """Queued → uploading, and the attempt saved, before anything is said to HKEX.

    Raises MoveNotAllowed when it was withdrawn or lapsed meanwhile.
    """
    with transaction.atomic():
        lease.hold()
        attempt = Attempt.objects.create(
            submission=submission,
            number=submission.attempts.count() + 1,
            host=host,
            fence=lease.fence,
            started_at=now,
        )
        submission.fence = lease.fence
        Submission.objects.filter(pk=submission.pk, status=S.QUEUED).update(
            fence=lease.fence, sentence="", bytes_acknowledged=0, opened_at=None
        )
        move(submission, S.UPLOADING, fence=lease.fence)
    return attempt


def intend(lease: Held, attempt: Attempt, now: dt.datetime) -> None:
    """The point of no return (law 4): committed before OPEN is sent."""
    with transaction.atomic():
        lease.hold()
        ready = Submission.objects.filter(
            pk=attempt.submission_id,
            status=S.UPLOADING,
            fence=lease.fence,
            opened_at=None,
        ).update(opened_at=now)
        if ready != 1:
            raise LeaseLost(f"{attempt.submission_id} is not ours to open")
        Attempt.objects.filter(pk=attempt.pk).update(intent_at=now)


def note_opened(attempt: Attempt, now: dt.datetime) -> None:
    """Numbers for people: an upload does not end because they cannot be saved."""
    try:
        Attempt.objects.filter(pk=attempt.pk).update(opened_at=now)
    except DatabaseError:
        connection.close()  # broken, perhaps: what follows needs a whole one
        logger.warning("the opening of attempt %s was not noted", attempt.pk)


def note_progress(lease: Held, attempt: Attempt, acknowledged: int) -> None:
    """As `note_opened`. Raises LeaseLost when the row is another's by now."""
    try:
        ours = Submission.objects.filter(
            pk=attempt.submission_id, status=S.UPLOADING, fence=lease.fence
        ).update(bytes_acknowledged=acknowledged)
        Attempt.objects.filter(pk=attempt.pk).update(bytes_acknowledged=acknowledged)
    except DatabaseError:
        connection.close()  # broken, perhaps: what follows needs a whole one
        logger.warning("the progress of attempt %s was not noted", attempt.pk)
        return
    if not ours:
        raise LeaseLost(str(attempt.submission_id))


def delivered(lease: Held, attempt: Attempt, now: dt.datetime) -> None:
    """Every WRITE and the CLOSE were answered well: wait for HKEX's answer."""
    with transaction.atomic():
        submission = _ours(lease, attempt)
        _end(attempt, AttemptOutcome.DELIVERED, "", now, submission.size, closed=True)
        move(
            submission,
            S.AWAITING_ACKNOWLEDGMENT,
            fence=lease.fence,
            sent_at=now,
            bytes_acknowledged=submission.size,
            **looks.first_look(),
        )


def refused(
    lease: Held, attempt: Attempt, why: ExchangeError, now: dt.datetime
) -> None:
    """HKEX answered OPEN with a refusal: it is known that it has nothing."""
    with transaction.atomic():
        submission = _ours(lease, attempt)
        _end(attempt, AttemptOutcome.REFUSED, why.sentence, now, 0)
        _fail(submission, why.sentence, now, lease.fence)


def not_opened(
    lease: Held, attempt: Attempt, why: ExchangeError, now: dt.datetime
) -> None:
    """Broke before OPEN was sent: back to the queue, unless trying cannot help."""
    with transaction.atomic():
        submission = _ours(lease, attempt)
        _end(attempt, AttemptOutcome.NOT_OPENED, why.sentence, now, 0)
        if why.permanent:
            _fail(submission, why.sentence, now, lease.fence)
            return
        move(
            submission,
            S.QUEUED,
            fence=lease.fence,
            opened_at=None,
            sentence=f"{why.sentence} It is tried again by itself.",
        )


def unclear(lease: Held, attempt: Attempt, why: Unclear, now: dt.datetime) -> None:
    """OPEN was sent and the rest is not known: nobody sends it again (law 4)."""
    with transaction.atomic():
        submission = _ours(lease, attempt)
        acknowledged = why.bytes_acknowledged
        _end(attempt, AttemptOutcome.UNCLEAR, why.sentence, now, acknowledged)
        notices.unconfirmed(submission, why.sentence)
        move(
            submission,
            S.UNCONFIRMED,
            fence=lease.fence,
            sentence=why.sentence,
            bytes_acknowledged=acknowledged,
            **looks.looks_while_unconfirmed(submission),
        )


def unfit(lease: Held, submission: Submission, sentence: str, now: dt.datetime) -> None:
    """Our own copy cannot be sent: found out before anything was claimed."""
    with transaction.atomic():
        lease.hold()
        _fail(submission, sentence, now, None)


def _fail(
    submission: Submission, sentence: str, now: dt.datetime, fence: int | None
) -> None:
    notices.failed(submission, sentence)
    move(submission, S.FAILED, fence=fence, ended_at=now, sentence=sentence)


def _ours(lease: Held, attempt: Attempt) -> Submission:
    """The row as it is now; raises LeaseLost when it is not this lease's upload."""
    lease.hold()
    try:
        return Submission.objects.select_related("participant", "identity").get(
            pk=attempt.submission_id, fence=lease.fence, status=S.UPLOADING
        )
    except Submission.DoesNotExist:
        raise LeaseLost(str(attempt.submission_id)) from None


def _end(
    attempt: Attempt,
    outcome: AttemptOutcome,
    sentence: str,
    now: dt.datetime,
    acknowledged: int,
    *,
    closed: bool = False,
) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(
        outcome=outcome,
        sentence=sentence,
        ended_at=now,
        closed_at=now if closed else None,
        bytes_acknowledged=acknowledged,
    )
