"""What happened to a submission, step by step, out of the rows that tell it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from portal.approvals.models import Approval, ApprovalStatus
from portal.pages.words import duration, hk_when, megabytes
from transfers.models import Attempt, AttemptOutcome, Decision, Submission
from transfers.selectors.state_words import TONES
from transfers.selectors.submissions import Whole
from transfers.states import SubmissionStatus

S = SubmissionStatus
_ENDS = {
    S.ACCEPTED,
    S.REJECTED,
    S.MISMATCHED,
    S.FAILED,
    S.WITHDRAWN,
    S.LAPSED,
}
_DECIDED = {
    ApprovalStatus.APPROVED: ("ok", "Approved"),
    ApprovalStatus.DECLINED: ("off", "Declined"),
    ApprovalStatus.WITHDRAWN: ("off", "Withdrawn"),
    ApprovalStatus.LAPSED: ("off", "Lapsed"),
}


@dataclass(frozen=True)
class Step:
    """icon: of the design. status: data-s. is_next: not yet, drawn dashed."""

    icon: str
    status: str
    title: str
    at: dt.datetime | None = None
    text: str = ""
    is_next: bool = False


def steps(whole: Whole, approval: Approval | None, today: dt.date) -> list[Step]:
    """In the order of time; last the one that is to come."""
    row = whole.submission
    past = [
        Step("ok", "ok", f"Created by {row.created_by}", row.created_at, _made(row)),
        *_approved(approval),
        *_queued(row),
        *(step for attempt in whole.attempts for step in _attempt(row, attempt)),
        *(_decision(decision, today) for decision in whole.decisions),
        *_silence(whole),
        *_end(row),
    ]
    return [*sorted(past, key=_moment), *_next(row)]


def _moment(step: Step) -> dt.datetime:
    return step.at or dt.datetime.max.replace(tzinfo=dt.UTC)


def _made(row: Submission) -> str:
    if row.recorded_manually:
        return "Made on HKEX’s web and recorded here"
    return "Every rule passed"


def _approved(approval: Approval | None) -> Iterator[Step]:
    if approval is None or approval.status == ApprovalStatus.PENDING:
        return
    icon, word = _DECIDED[ApprovalStatus(approval.status)]
    by = f" by {approval.decided_by}" if approval.decided_by else ""
    text = approval.reason
    if approval.status == ApprovalStatus.APPROVED:
        text = "Four eyes: not the person who created it"
    status = "ok" if icon == "ok" else "idle"
    yield Step(icon, status, word + by, approval.decided_at, text)


def _queued(row: Submission) -> Iterator[Step]:
    if row.queued_at:
        yield Step("ok", "ok", "Queued", row.queued_at)


def _attempt(row: Submission, attempt: Attempt) -> Iterator[Step]:
    title = f"Upload, attempt {attempt.number}"
    host = attempt.host.address if attempt.host else "No host"
    if attempt.outcome == AttemptOutcome.DELIVERED:
        yield Step("ok", "ok", title, attempt.started_at, _speed(attempt, host))
        sent = "HKEX took the file away at once, as it should"
        yield Step("ok", "ok", "Sent, awaiting acknowledgment", attempt.ended_at, sent)
    elif attempt.outcome == AttemptOutcome.UNCLEAR:
        came = f"{megabytes(attempt.bytes_acknowledged)} of {megabytes(row.size)}"
        text = f"{host}, {came} confirmed. {attempt.sentence}"
        yield Step("hold", "hold", f"{title}: line broke", attempt.started_at, text)
    elif attempt.outcome:
        text = f"{host}: {attempt.sentence}" if attempt.sentence else host
        yield Step("bad", "bad", title, attempt.started_at, text)
    else:
        yield Step("run", "run", title, attempt.started_at, host)


def _speed(attempt: Attempt, host: str) -> str:
    size = attempt.bytes_acknowledged
    if attempt.ended_at is None:
        return host
    took = max((attempt.ended_at - attempt.started_at).total_seconds(), 0.001)
    if took < 1:
        return f"{host}, {megabytes(size)} in less than a second"
    speed = f"{size / took / 1_000_000:.2f} MB/s"
    return f"{host}, {megabytes(size)} in {duration(took)}, {speed}"


def _decision(decision: Decision, today: dt.date) -> Step:
    label = decision.get_kind_display()
    text = f"“{decision.reason}”"
    if decision.wait_until:
        text = f"Until {hk_when(decision.wait_until, today)}. {text}"
    if (approval := decision.approval) and approval.decided_by:
        text = f"{approval.get_status_display()} by {approval.decided_by}. {text}"
    title = f"{label}, says {decision.made_by}"
    return Step("hold", "hold", title, decision.made_at, text)


def _silence(whole: Whole) -> Iterator[Step]:
    """Unconfirmed because no answer came, not because the line broke."""
    row = whole.submission
    broke = any(a.outcome == AttemptOutcome.UNCLEAR for a in whole.attempts)
    if row.status == S.UNCONFIRMED and not broke:
        yield Step("hold", "hold", "No answer in time", None, row.sentence)


def _end(row: Submission) -> Iterator[Step]:
    status = SubmissionStatus(row.status)
    if status not in _ENDS:
        return
    colour = TONES.get(status, "idle")
    icon = "off" if colour == "idle" else colour
    yield Step(icon, colour, status.label, row.ended_at, _ended(row))


def _ended(row: Submission) -> str:
    if row.status == S.REJECTED:
        code = f"Code {row.rejection_code}. " if row.rejection_code else ""
        return f"{code}Our own rules had passed."
    if row.status == S.ACCEPTED and row.sent_at and row.ended_at:
        waited = row.ended_at - row.sent_at
        few = waited < dt.timedelta(seconds=1)
        return f"{'Less than 1 s' if few else duration(waited)} after the upload"
    return row.sentence


def _next(row: Submission) -> Iterator[Step]:
    text = {
        S.DRAFT: ("Not sent yet", ""),
        S.AWAITING_APPROVAL: ("A second person decides", ""),
        S.QUEUED: ("Waits for the one session of this account", row.sentence),
        S.UPLOADING: ("HKEX takes the file and answers", ""),
        S.AWAITING_ACKNOWLEDGMENT: ("Watching for .rcvd or .rej", ""),
        S.UNCONFIRMED: ("Watching for .rcvd or .rej", "And a person decides"),
        S.SAID_RECEIVED: ("A late .rcvd or .rej still counts", ""),
        S.ABANDONED: ("A late .rcvd or .rej still counts", ""),
    }.get(SubmissionStatus(row.status))
    if text:
        yield Step("wait", "idle", text[0], None, text[1], is_next=True)
