"""What a person may do next about an obligation of today: a word, where it leads."""

from collections.abc import Collection
from dataclasses import dataclass

from portal.people.models import Role
from transfers.models import Submission
from transfers.states import SubmissionStatus

S = SubmissionStatus
ON_ITS_WAY = (
    *(S.DRAFT, S.AWAITING_APPROVAL, S.QUEUED, S.UPLOADING),
    S.AWAITING_ACKNOWLEDGMENT,
)
GOT_NOTHING = (S.DECLINED, S.WITHDRAWN, S.LAPSED)  # a new file, as if it were the first
SENT_AGAIN = (S.FAILED, S.ABANDONED)  # the page has the same file once more


@dataclass(frozen=True, slots=True)
class Step:
    """`leads` is "submit", "correct" (a new file that replaces) or "submission"."""

    word: str
    leads: str


def next_step(submission: Submission | None, roles: Collection[Role]) -> Step | None:
    """None where there is nothing to open."""
    operates = Role.OPERATOR in roles
    if submission is None:
        return Step("Submit", "submit") if operates else None
    status = S(submission.status)
    if operates and status in GOT_NOTHING:
        return Step("Submit", "submit")
    if operates and status == S.REJECTED:
        return Step("Resubmit", "correct")
    return Step(_word(status, operates, Role.APPROVER in roles), "submission")


def _word(status: S, operates: bool, approves: bool) -> str:
    if status == S.UNCONFIRMED and operates:
        return "Decide"
    if status == S.AWAITING_APPROVAL and approves:
        return "Decide"
    if operates and status in SENT_AGAIN:
        return "Resubmit"
    return "Follow" if status in ON_ITS_WAY else "Open"
