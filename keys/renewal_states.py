"""The states of a key's renewal over SFTP and the moves between them."""

from django.db.models import TextChoices


class RenewalStatus(TextChoices):
    DRAFTED = "drafted", "Awaiting approval"
    QUEUED = "queued", "Queued"
    UPLOADING = "uploading", "Uploading"
    AWAITING_RESULT = "awaiting_result", "Awaiting result"
    ANSWERED = "answered", "Accepted, not proved yet"
    PROVED = "proved", "Proved"
    REJECTED = "rejected", "Rejected"
    UNCONFIRMED = "unconfirmed", "Unconfirmed"
    WITHDRAWN = "withdrawn", "Withdrawn"


R = RenewalStatus

MOVES: dict[RenewalStatus, frozenset[RenewalStatus]] = {
    R.DRAFTED: frozenset({R.QUEUED, R.WITHDRAWN}),
    R.QUEUED: frozenset({R.UPLOADING, R.REJECTED, R.WITHDRAWN}),
    # Back to the queue: it broke before the intent to OPEN was committed.
    R.UPLOADING: frozenset({R.QUEUED, R.AWAITING_RESULT, R.REJECTED, R.UNCONFIRMED}),
    R.AWAITING_RESULT: frozenset({R.ANSWERED, R.REJECTED, R.UNCONFIRMED}),
    R.ANSWERED: frozenset({R.PROVED, R.UNCONFIRMED}),
    R.UNCONFIRMED: frozenset({R.ANSWERED, R.PROVED, R.REJECTED}),
}

# The account's one slot for a renewal is taken by these.
OPEN = frozenset(
    {R.DRAFTED, R.QUEUED, R.UPLOADING, R.AWAITING_RESULT, R.ANSWERED, R.UNCONFIRMED}
)
# A result file may still come.
AT_HKEX = frozenset({R.AWAITING_RESULT, R.UNCONFIRMED})
# The new key is tried by a login.
TO_PROVE = frozenset({R.ANSWERED, R.UNCONFIRMED})


class MoveNotAllowed(Exception):
    """The table has no such move: somebody else was faster, or a defect."""


def check_move(before: str, after: RenewalStatus) -> None:
    """Raises MoveNotAllowed for a move that is not in the table."""
    if after not in MOVES.get(RenewalStatus(before), frozenset()):
        raise MoveNotAllowed(f"{before} → {after}")
