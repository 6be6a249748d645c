"""The notice above a submission: what happened, what it means, what to do."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from portal.approvals.models import Approval
from portal.exchange.hktime import hk_time
from portal.pages.words import hk_when
from transfers.models import Submission
from transfers.selectors.state_words import TONES
from transfers.spec import catalogue
from transfers.states import SubmissionStatus

S = SubmissionStatus


@dataclass(frozen=True)
class Notice:
    status: str  # data-s
    title: str
    text: str


@dataclass(frozen=True)
class Told:
    """What a notice is made of."""

    row: Submission
    approval: Approval | None
    today: dt.date

    def at(self, moment: dt.datetime | None) -> str:
        """` at 15:05:09`; empty when it is not known."""
        return f" at {hk_when(moment, self.today)}" if moment else ""

    @property
    def closes(self) -> str:
        local = hk_time(self.row.window_closes_at)
        if f"{local:%H:%M}" == "00:00" and local.date() > self.row.day:
            return "24:00"  # of the file's own day, as its window says
        time = hk_when(local, self.today)
        return time.removesuffix(":00") if time.count(":") == 2 else time


def notice(row: Submission, approval: Approval | None, today: dt.date) -> Notice | None:
    """None while there is nothing to say beyond the state."""
    tell = _NOTICES.get(SubmissionStatus(row.status))
    if tell is None:
        return None
    title, text = tell(Told(row, approval, today))
    return Notice(TONES.get(SubmissionStatus(row.status), "idle"), title, text)


def _awaiting_approval(told: Told) -> tuple[str, str]:
    return (
        f"Awaiting approval until {told.closes}",
        "A second person reads the rules and the SHA-256 and decides. HKEX gets "
        "nothing before that. After the window it lapses.",
    )


def _accepted(told: Told) -> tuple[str, str]:
    text = "The checksum HKEX returned equals ours."
    if told.row.file_id in catalogue.FILE_IDS:
        text += " The response file is expected in the Download Corner today."
    return f"Accepted by HKEX{told.at(told.row.ended_at)}", text


def _rejected(told: Told) -> tuple[str, str]:
    row = told.row
    answer = f"{row.rejection_code} {row.rejection_reason}".strip()
    return (
        f"Rejected by HKEX{told.at(row.ended_at)}: {answer or 'no code, no reason'}",
        f"HKEX did not take the file, so nothing is reported for {row.identity.code} "
        f"today by it. Correct it and submit again before {told.closes}.",
    )


def _mismatched(told: Told) -> tuple[str, str]:
    return (
        f"Mismatched: HKEX returned another checksum{told.at(told.row.ended_at)}",
        f"HKEX has something under the name {told.row.file_name}, and its bytes are "
        "not ours. The duty may not be met. Call HKEX before you submit it again.",
    )


def _unconfirmed(told: Told) -> tuple[str, str]:
    why = told.row.sentence or "No .rcvd or .rej has come in time."
    return (
        f"Unconfirmed: HKEX may or may not have {told.row.file_name}",
        f"{why} Nothing is sent again until a person decides.",
    )


def _said_received(told: Told) -> tuple[str, str]:
    return (
        f"Said received: a person says that HKEX has {told.row.file_name}",
        "No .rcvd has come, so its checksum is not proved. A late .rcvd or .rej still "
        "counts. Look for the response file in the Download Corner.",
    )


def _abandoned(told: Told) -> tuple[str, str]:
    return (
        f"Abandoned: a person says that HKEX does not have {told.row.file_name}",
        f"Nothing is reported for {told.row.identity.code} by it. One new submission "
        f"of the same file is allowed before {told.closes}.",
    )


def _failed(told: Told) -> tuple[str, str]:
    why = told.row.sentence or "HKEX did not let the file be opened."
    return (
        f"Failed{told.at(told.row.ended_at)}: HKEX does not have the file",
        f"{why} Nothing is reported for {told.row.identity.code} by it. Put the cause "
        f"right and submit again before {told.closes}.",
    )


def _declined(told: Told) -> tuple[str, str]:
    approval = told.approval
    by = f" by {approval.decided_by}" if approval and approval.decided_by else ""
    why = f"“{told.row.sentence}” " if told.row.sentence else ""
    return (
        f"Declined{by}{told.at(told.row.ended_at)}",
        f"{why}HKEX got nothing. Correct what was found and submit the file anew.",
    )


def _withdrawn(told: Told) -> tuple[str, str]:
    return (
        f"Withdrawn{told.at(told.row.ended_at)}",
        "HKEX got nothing. Submit a file anew when you are ready.",
    )


def _lapsed(told: Told) -> tuple[str, str]:
    why = told.row.sentence or "Its window closed first."
    return (
        f"Lapsed{told.at(told.row.ended_at)}",
        f"{why} Nothing is reported for {told.row.identity.code} by it. Submit it in "
        "the next window, under that day’s date, and tell HKEX if it was due.",
    )


_NOTICES: dict[SubmissionStatus, Callable[[Told], tuple[str, str]]] = {
    S.AWAITING_APPROVAL: _awaiting_approval,
    S.ACCEPTED: _accepted,
    S.REJECTED: _rejected,
    S.MISMATCHED: _mismatched,
    S.UNCONFIRMED: _unconfirmed,
    S.SAID_RECEIVED: _said_received,
    S.ABANDONED: _abandoned,
    S.FAILED: _failed,
    S.DECLINED: _declined,
    S.WITHDRAWN: _withdrawn,
    S.LAPSED: _lapsed,
}
