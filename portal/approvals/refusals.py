"""Why an approval cannot be asked for or decided: three sentences each, for people."""

from portal.approvals.models import Approval, ApprovalStatus
from portal.clock import HONG_KONG


class CannotRequest(Exception):
    """No request was made; the message is for the person."""


class CannotDecide(Exception):
    """Decided already, expired, one's own request, or the thing has changed since; the
    message is for the person."""


TOO_LATE = (
    "The time in which this could be approved is over. Nothing was asked. "
    "Start again within the next window."
)
ASKED_ALREADY = (
    "Somebody has asked for approval of this already. No second request was made. "
    "Wait for the decision, or withdraw the first request."
)
OWN_REQUEST = (
    "You asked for this yourself. Your decision was not taken: another person decides. "
    "Ask an approver."
)
NO_APPROVER = (
    "You are not an approver here. Your decision was not taken. "
    "Ask an approver, or your administrator for the role."
)
NOT_YOURS = (
    "Another person asked for this. It still waits for a decision. "
    "Ask that person to withdraw it, or an approver to decline it."
)
NO_REASON = (
    "You declined without a reason. Nothing was decided. "
    "Say in a few words why, so that the other person can put it right."
)
CHANGED = (
    "What was to be approved has changed since it was asked for. Nothing was decided. "
    "Ask the person to withdraw the request and to make a new one."
)
ON_OWN_PAGE = (
    "This is decided on its own page, which asks for more than a word. "
    "Nothing was decided. Open the request, and decide it there."
)
_ENDED = {
    ApprovalStatus.APPROVED: "was approved",
    ApprovalStatus.DECLINED: "was declined",
    ApprovalStatus.WITHDRAWN: "was withdrawn",
    ApprovalStatus.LAPSED: "has lapsed",
}


def no_longer_pending(approval: Approval) -> str:
    """Of a request that another decision, or the clock, has ended."""
    status = ApprovalStatus(approval.status)
    if status == ApprovalStatus.PENDING:
        at = f"{approval.expires_at.astimezone(HONG_KONG):%H:%M}"
        return (
            f"The time to decide was over at {at}. Your decision changes nothing. "
            "The person who asked starts again."
        )
    by = f" by {approval.decided_by.username}" if approval.decided_by else ""
    at = (
        f" at {approval.decided_at.astimezone(HONG_KONG):%H:%M}"
        if approval.decided_at
        else ""
    )
    return (
        f"This request {_ENDED[status]}{by}{at}. Your decision changes nothing. "
        "Nothing more is to do here."
    )
