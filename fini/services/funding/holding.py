"""Whether the approval of a proposal still holds for what is about to be sent."""

import datetime as dt

from fini.models import FundingProposal
from fini.services.funding import binding
from portal.approvals.models import ApprovalStatus
from portal.people.models import Membership

LATE = (
    "The time in which this could be sent is over. Nothing more of it was sent. "
    "Ask HKEX what becomes of these transactions."
)
OTHER = (
    "The proposal is not what was approved. Nothing more of it was sent. "
    "Tell whoever runs the portal, and propose it anew."
)
NO_APPROVER = (
    "Whoever approved it is no approver any more. Nothing more of it was sent. "
    "Propose it anew."
)


def reason_to_stop(row: FundingProposal, now: dt.datetime) -> str:
    """Why nothing more of it may be sent; "" where it may. Everything is read anew."""
    asked = row.approval
    if asked is None:
        return OTHER
    asked.refresh_from_db()
    if (row.deadline or asked.expires_at) <= now:
        return LATE
    is_whole = binding.payload(row.pk) == asked.payload_sha256 and binding.adds_up(row)
    if asked.status != ApprovalStatus.APPROVED or not is_whole:
        return OTHER
    return "" if _still_approver(row) else NO_APPROVER


def _still_approver(row: FundingProposal) -> bool:
    return Membership.objects.filter(
        user=row.decided_by_id,
        user__is_active=True,
        participant=row.participant_id,
        is_active=True,
        is_approver=True,
    ).exists()
