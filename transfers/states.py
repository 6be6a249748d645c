"""The states of a submission and the moves between them (architecture.md, States)."""

from django.db.models import TextChoices


class SubmissionStatus(TextChoices):
    DRAFT = "draft", "Draft"
    AWAITING_APPROVAL = "awaiting_approval", "Awaiting approval"
    QUEUED = "queued", "Queued"
    UPLOADING = "uploading", "Uploading"
    AWAITING_ACKNOWLEDGMENT = "awaiting_acknowledgment", "Awaiting acknowledgment"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected"
    MISMATCHED = "mismatched", "Mismatched"
    UNCONFIRMED = "unconfirmed", "Unconfirmed"
    SAID_RECEIVED = "said_received", "Said received"
    ABANDONED = "abandoned", "Abandoned"
    FAILED = "failed", "Failed"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    LAPSED = "lapsed", "Lapsed"


S = SubmissionStatus

MOVES: dict[SubmissionStatus, frozenset[SubmissionStatus]] = {
    S.DRAFT: frozenset({S.AWAITING_APPROVAL, S.QUEUED, S.WITHDRAWN}),
    S.AWAITING_APPROVAL: frozenset({S.QUEUED, S.DECLINED, S.WITHDRAWN, S.LAPSED}),
    S.QUEUED: frozenset({S.UPLOADING, S.FAILED, S.WITHDRAWN, S.LAPSED}),
    S.UPLOADING: frozenset(
        {S.QUEUED, S.FAILED, S.AWAITING_ACKNOWLEDGMENT, S.UNCONFIRMED}
    ),
    S.AWAITING_ACKNOWLEDGMENT: frozenset(
        {S.ACCEPTED, S.REJECTED, S.MISMATCHED, S.UNCONFIRMED}
    ),
    S.UNCONFIRMED: frozenset(
        {S.ACCEPTED, S.REJECTED, S.MISMATCHED, S.SAID_RECEIVED, S.ABANDONED}
    ),
    S.SAID_RECEIVED: frozenset({S.ACCEPTED, S.REJECTED}),
    S.ABANDONED: frozenset({S.ACCEPTED, S.REJECTED}),
}


# A result file, or a person, may still say what became of these.
OPEN_AT_HKEX = frozenset(
    {S.AWAITING_ACKNOWLEDGMENT, S.UNCONFIRMED, S.SAID_RECEIVED, S.ABANDONED}
)
IN_FLIGHT = (S.QUEUED, S.UPLOADING, S.AWAITING_ACKNOWLEDGMENT, S.UNCONFIRMED)
# HKEX has not got the bytes by these, or does not want them: they may be sent again.
CONTENT_FREE = frozenset(
    {S.REJECTED, S.FAILED, S.ABANDONED, S.DECLINED, S.WITHDRAWN, S.LAPSED}
)


class MoveNotAllowed(Exception):
    """The state table has no such move: somebody else was faster, or a defect."""


def check_move(before: str, after: SubmissionStatus) -> None:
    """Raises MoveNotAllowed for a move that is not in the table."""
    if after not in MOVES.get(SubmissionStatus(before), frozenset()):
        raise MoveNotAllowed(f"{before} → {after}")
