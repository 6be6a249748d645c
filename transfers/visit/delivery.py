"""Handing one submission over: checked, claimed, opened once, every answer counted."""

import hashlib
import logging
import time
from typing import BinaryIO

from keys.models import Host
from portal import clock, fanout, files
from portal.exchange.errors import BrokeBeforeOpen, OpenRefused, Unclear
from portal.exchange.session import Session, Uploaded
from transfers.models import Attempt, Submission
from transfers.services import deliveries
from transfers.states import MoveNotAllowed
from transfers.visit.lease import Held

logger = logging.getLogger(__name__)
TELL_EVERY = 0.25
SAVE_EVERY = 2.0
BLOCK = 1 << 20


def deliver(lease: Held, session: Session, host: Host, submission: Submission) -> None:
    """Send it, and write down what came of it.

    Raises LeaseLost; and BrokeBeforeOpen or Unclear, after they have been written
    down, because the session is then over.
    """
    try:
        source = _checked(submission)
    except OSError as error:
        sentence = f"Our copy of {submission.file_name} cannot be read."
        logger.error("%s %s", sentence, error.strerror)
        deliveries.unfit(lease, submission, sentence, clock.now())
        return
    with source:
        if source_is_ours(source, submission):
            _send(lease, session, host, submission, source)
            return
    sentence = f"Our copy of {submission.file_name} is not what was approved."
    deliveries.unfit(lease, submission, sentence, clock.now())


def _checked(submission: Submission) -> BinaryIO:
    return files.open(submission.participant_id, submission.stored_key)


def source_is_ours(source: BinaryIO, submission: Submission) -> bool:
    """Read once before OPEN, which cannot be taken back: the bytes are those whose
    SHA-256 was seen and approved. Leaves the source at its start."""
    digest, size = hashlib.sha256(), 0
    while block := source.read(BLOCK):
        digest.update(block)
        size += len(block)
    source.seek(0)
    return size == submission.size and digest.hexdigest().upper() == submission.sha256


def _send(
    lease: Held,
    session: Session,
    host: Host,
    submission: Submission,
    source: BinaryIO,
) -> None:
    try:
        attempt = deliveries.claim(lease, submission, host, clock.now())
    except MoveNotAllowed:
        return  # withdrawn or lapsed since it was read
    try:
        sent = session.upload(
            source,
            f"{submission.folder}/{submission.file_name}",
            submission.size,
            before_open=lambda: deliveries.intend(lease, attempt, clock.now()),
            opened=lambda: deliveries.note_opened(attempt, clock.now()),
            progress=Progress(lease, submission, attempt),
        )
    except OpenRefused as error:
        deliveries.refused(lease, attempt, error, clock.now())
    except BrokeBeforeOpen as error:
        deliveries.not_opened(lease, attempt, error, clock.now())
        raise
    except Unclear as error:
        deliveries.unclear(lease, attempt, error, clock.now())
        raise
    else:
        _sent(lease, submission, attempt, sent)


def _sent(
    lease: Held, submission: Submission, attempt: Attempt, sent: Uploaded
) -> None:
    if sent.sha256 == submission.sha256:
        deliveries.delivered(lease, attempt, clock.now())
        return
    error = Unclear(
        f"The bytes of {submission.file_name} changed while they were sent.",
        stage="close",
        bytes_acknowledged=sent.size,
        bytes_sent=sent.size,
    )
    deliveries.unclear(lease, attempt, error, clock.now())


class Progress:
    """Called ten times a second: four of them reach open pages, and every two
    seconds one is saved."""

    def __init__(self, lease: Held, submission: Submission, attempt: Attempt) -> None:
        self._lease = lease
        self._submission = submission
        self._attempt = attempt
        self._told_at = 0.0
        self._saved_at = time.monotonic()

    def __call__(self, acknowledged: int) -> None:
        now = time.monotonic()
        last = acknowledged == self._submission.size
        if last or now - self._told_at >= TELL_EVERY:
            self._told_at = now
            fanout.progress(
                self._submission.participant_id,
                f"submission:{self._submission.pk}",
                {"sent": acknowledged, "size": self._submission.size},
            )
        if now - self._saved_at >= SAVE_EVERY:
            self._saved_at = now
            deliveries.note_progress(self._lease, self._attempt, acknowledged)
