"""A renewal as the stepper shows it: what is done, what is under way, what comes."""

import datetime as dt
from dataclasses import dataclass

from keys.models import KeyRenewal
from keys.renewal_states import OPEN, RenewalStatus
from portal.pages.words import hk_when

R = RenewalStatus
WORDS = {
    R.DRAFTED: ("idle", "Awaiting approval"),
    R.QUEUED: ("idle", "Queued"),
    R.UPLOADING: ("run", "Sending"),
    R.AWAITING_RESULT: ("idle", "Awaiting acknowledgment"),
    R.ANSWERED: ("idle", "Next: prove it"),
    R.PROVED: ("ok", "Complete"),
    R.REJECTED: ("bad", "Rejected"),
    R.UNCONFIRMED: ("hold", "Unconfirmed"),
    R.WITHDRAWN: ("idle", "Withdrawn"),
}
_CURRENT = {
    R.DRAFTED: "approve",
    R.QUEUED: "upload",
    R.UPLOADING: "upload",
    R.AWAITING_RESULT: "answer",
    R.UNCONFIRMED: "prove",
    R.ANSWERED: "prove",
}


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    text: str
    is_done: bool = False
    is_current: bool = False


def words(renewal: KeyRenewal) -> tuple[str, str]:
    """`data-s` and the status word."""
    return WORDS[RenewalStatus(renewal.status)]


def is_open(renewal: KeyRenewal) -> bool:
    return renewal.status in OPEN


def steps(renewal: KeyRenewal, today: dt.date) -> list[Step]:
    """Make, approve (where it is asked for), upload, read the answer, prove."""
    return [
        Step("Make the key", _made(renewal, today), is_done=True),
        *([_approve(renewal, today)] if renewal.approval_id else []),
        _step(renewal, "upload", "Upload", renewal.sent_at, today, "In the next visit"),
        _step(
            *(renewal, "answer", "Read the answer", renewal.answered_at, today),
            "From HKEX’s key folder",
        ),
        _step(
            *(renewal, "prove", "Prove it", _proved_at(renewal), today),
            "A login with the new key",
        ),
    ]


def _made(renewal: KeyRenewal, today: dt.date) -> str:
    by = renewal.requested_by.username if renewal.requested_by else "the policy"
    return f"{hk_when(renewal.created_at, today)}, {by}"


def _approve(renewal: KeyRenewal, today: dt.date) -> Step:
    at = renewal.queued_at
    text = hk_when(at, today) if at else "A second person decides"
    return Step("Approve", text, at is not None, renewal.status == R.DRAFTED)


def _step(
    renewal: KeyRenewal,
    name: str,
    title: str,
    at: dt.datetime | None,
    today: dt.date,
    otherwise: str,
) -> Step:
    is_current = _CURRENT.get(RenewalStatus(renewal.status)) == name
    text = hk_when(at, today) if at else otherwise
    return Step(title, text, at is not None and not is_current, is_current)


def _proved_at(renewal: KeyRenewal) -> dt.datetime | None:
    return renewal.ended_at if renewal.status == R.PROVED else None
