"""Keeping HKEX's result files, and what each makes of the submission it answers."""

import datetime as dt
import uuid
from dataclasses import dataclass

from keys.models import SftpAccount
from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.alerts import services as alerts
from portal.alerts.models import Severity
from portal.approvals import services as approvals
from portal.approvals.models import Approval, ApprovalStatus
from portal.exchange.hktime import hk_day
from portal.exchange.results import ResultName, checksum_in, rejection_in
from transfers.models import Attempt, AttemptOutcome, ResultFile, Submission
from transfers.services import looks, notices
from transfers.services.moves import move, record
from transfers.states import CONTENT_FREE, MOVES, OPEN_AT_HKEX, SubmissionStatus
from transfers.visit.lease import Held
from transfers.visit.matching import Opening, answered

S = SubmissionStatus
CERTAINLY_NOT_OPENED = (AttemptOutcome.REFUSED, AttemptOutcome.NOT_OPENED)


@dataclass(frozen=True, slots=True)
class Found:
    """A result file as read; `size` is HKEX's, `content` at most what we keep of it."""

    folder: str
    file_name: str
    name: ResultName
    size: int
    content: bytes
    modified_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a result file says: the state it asks for, and in words."""

    after: SubmissionStatus
    said: str
    checksum: str = ""
    code: str = ""
    reason: str = ""


def keep(
    lease: Held, account: SftpAccount, found: Found, now: dt.datetime
) -> ResultFile | None:
    """Store a result file once, as it came, and settle what it answers; None when it
    is here already."""
    with transaction.atomic():
        lease.hold()
        checksum = checksum_in(found.content) or ""
        hit = answered(found.name.at, checksum, _openings(account, found), now)
        made_at = hit[1] if hit else found.modified_at or now
        row, is_new = ResultFile.objects.get_or_create(
            account=account,
            folder=found.folder,
            name=found.file_name,
            day=hk_day(found.modified_at or made_at),
            defaults={
                "submission_id": hit[0].submission_pk if hit else None,
                "kind": found.name.kind,
                "size": found.size,
                "content": found.content,
                "seen_at": now,
            },
        )
        if not is_new:
            return None
        if hit is None:
            _unmatched(row)
        else:
            # Approvals before submissions: who approves a decision locks in this order.
            asked = _open_requests(hit[0].submission_pk)
            _settle(looks.locked(hit[0].submission_pk), row, asked, now)
    return row


def read(submission: Submission, result: ResultFile) -> Verdict:
    """What the file says about this submission."""
    content = bytes(result.content)
    if result.kind == "rej":
        answer = rejection_in(content)
        said = f"{answer.code} {answer.reason}".strip() or "rejected, without a reason"
        return Verdict(S.REJECTED, said, code=answer.code, reason=answer.reason)
    checksum = checksum_in(content) or ""
    same = checksum == submission.sha256
    said = "accepted" if same else f"received with checksum {checksum or 'unreadable'}"
    return Verdict(S.ACCEPTED if same else S.MISMATCHED, said, checksum=checksum)


def _openings(account: SftpAccount, found: Found) -> list[Opening]:
    attempts = Attempt.objects.filter(
        submission__account=account,
        submission__folder=found.folder,
        submission__file_name=found.name.original,
        intent_at__isnull=False,
    ).exclude(outcome__in=CERTAINLY_NOT_OPENED)
    rows = attempts.values_list("submission_id", "intent_at", "submission__sha256")
    return [Opening(pk, at, sha256) for pk, at, sha256 in rows if at]


def _open_requests(submission_pk: uuid.UUID) -> list[Approval]:
    """Decisions on it that wait for their approver."""
    return list(
        Approval.objects.select_for_update(no_key=True, of=("self",)).filter(
            decision__submission=submission_pk, status=ApprovalStatus.PENDING
        )
    )


def _settle(
    submission: Submission,
    result: ResultFile,
    asked: list[Approval],
    now: dt.datetime,
) -> None:
    verdict = read(submission, result)
    earlier = submission.results.exclude(pk=result.pk).exists()
    if earlier or submission.status not in OPEN_AT_HKEX:
        notices.second_result(submission, result.name, verdict.said)
        record(submission, status=Status.WARNING)
    elif verdict.after not in MOVES[SubmissionStatus(submission.status)]:
        # Said received, or abandoned, and now another checksum: the state stays.
        notices.mismatched(submission, verdict.checksum)
        record(submission, status=Status.WARNING)
    else:
        for approval in asked:  # HKEX has answered: what people would say is moot
            approvals.withdraw(approval, now)
        _apply(submission, verdict, now)


def _apply(submission: Submission, verdict: Verdict, now: dt.datetime) -> None:
    _tell(submission, verdict)
    move(
        submission,
        verdict.after,
        ended_at=now,
        checksum_received=verdict.checksum,
        rejection_code=verdict.code,
        rejection_reason=verdict.reason,
        sentence="",
        **looks.once_more(),
    )


def _tell(submission: Submission, verdict: Verdict) -> None:
    notices.resolve_unconfirmed(submission)
    if submission.status in (S.SAID_RECEIVED, S.ABANDONED):
        _tell_of_replacement(submission, verdict)
    if verdict.after == S.ACCEPTED:
        notices.resolve_duty(submission)
    elif verdict.after == S.MISMATCHED:
        notices.mismatched(submission, verdict.checksum)
    else:
        notices.rejected(submission, verdict.said)


def _tell_of_replacement(submission: Submission, verdict: Verdict) -> None:
    other = submission.replacements.exclude(status__in=CONTENT_FREE).first()
    if other is not None:
        notices.answered_after_replacement(submission, other.reference, verdict.said)


def _unmatched(result: ResultFile) -> None:
    participant = result.account.participant
    alerts.raise_(
        "result-unmatched",
        str(result.pk),
        participant=participant,
        severity=Severity.WARN,
        title=f"A result file answers nothing that was sent: {result.name}",
        body=f"HKEX put {result.name} into {result.folder}. "
        "No submission of this portal was opened before it under that name. "
        "Find out who else submits with this account; the file is kept.",
    )
    activity.append(
        participant,
        Kind.SUBMISSION,
        Endpoint.SFTP,
        f"Result file [{result.name}] answers no submission",
        Status.WARNING,
        refs={"result": str(result.pk)},
        topics=("submissions", "alerts"),
    )
