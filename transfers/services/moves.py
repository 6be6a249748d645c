"""The one way from state to state: claimed, checked against the table, and told."""

from typing import Any

from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.people.models import User
from transfers.models import Submission
from transfers.states import MoveNotAllowed, SubmissionStatus, check_move

S = SubmissionStatus
STATUS = {
    S.DRAFT: Status.DRAFT,
    S.AWAITING_APPROVAL: Status.PENDING,
    S.QUEUED: Status.QUEUED,
    S.UPLOADING: Status.UPLOADING,
    S.AWAITING_ACKNOWLEDGMENT: Status.AWAITING_ACKNOWLEDGMENT,
    S.ACCEPTED: Status.SUCCESSFUL,
    S.REJECTED: Status.FAILED,
    S.MISMATCHED: Status.FAILED,
    S.FAILED: Status.FAILED,
    S.DECLINED: Status.FAILED,
    S.LAPSED: Status.FAILED,
    S.WITHDRAWN: Status.WARNING,
    S.ABANDONED: Status.WARNING,
    S.UNCONFIRMED: Status.UNCONFIRMED,
    S.SAID_RECEIVED: Status.UNCONFIRMED,
}
BY_THE_EXCHANGE = frozenset(
    {S.UPLOADING, S.AWAITING_ACKNOWLEDGMENT, S.ACCEPTED, S.REJECTED, S.MISMATCHED}
    | {S.UNCONFIRMED, S.FAILED, S.QUEUED}  # queued again: the line broke early
)


def move(
    submission: Submission,
    after: SubmissionStatus,
    *,
    fence: int | None = None,
    user: User | None = None,
    **fields: Any,
) -> Submission:
    """Move on from the state the caller has read, once, and write the Activity.

    In a service's transaction (law 1). With `fence`, only while the row belongs to
    that lease. Raises MoveNotAllowed when the table has no such move or somebody else
    was faster: the transaction must then be rolled back.
    """
    transaction.require()
    before = SubmissionStatus(submission.status)
    check_move(before, after)
    rows = Submission.objects.filter(pk=submission.pk, status=before)
    if fence is not None:
        rows = rows.filter(fence=fence)
    if rows.update(status=after, **fields) != 1:
        raise MoveNotAllowed(f"{submission.reference} is {before} no longer")
    for name, value in {"status": after, **fields}.items():
        setattr(submission, name, value)
    asked = S.AWAITING_APPROVAL in (before, after)
    record(submission, user=user, topics=("approvals",) if asked else ())
    return submission


def record(
    submission: Submission,
    *,
    user: User | None = None,
    status: Status | None = None,
    topics: tuple[str, ...] = (),
) -> None:
    """The Activity of a submission as it stands (Guide A §3.4 has the wording)."""
    state = SubmissionStatus(submission.status)
    by_exchange = user is None and state in BY_THE_EXCHANGE
    activity.append(
        submission.participant,
        Kind.SUBMISSION,
        Endpoint.SFTP if by_exchange else Endpoint.WEB,
        described(submission),
        status or STATUS[state],
        user=user,
        refs={"submission": str(submission.pk), "state": state.value},
        topics=("submissions", f"submission:{submission.pk}", "alerts", *topics),
    )


def described(submission: Submission) -> str:
    """ECP's own words (Guide A §3.4)."""
    return (
        f"Submit [{submission.file_id}] File with Filename [{submission.file_name}], "
        f"checksum [{submission.sha256}]"
    )
