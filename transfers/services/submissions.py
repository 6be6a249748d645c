"""Creating, sending, withdrawing and lapsing submissions."""

import datetime as dt

from keys.models import SftpAccount
from portal.activity import transaction
from portal.approvals import services as approvals
from portal.exchange.hktime import hk_day
from portal.people.guards import Acting
from portal.people.models import Identity, User
from transfers.models import FileUpload, Submission
from transfers.services import consequences, drafts, notices
from transfers.services.moves import move, record
from transfers.services.refusals import DuplicateContent, Refusal
from transfers.services.wakes import visit_soon
from transfers.states import MoveNotAllowed, SubmissionStatus

__all__ = [
    "DuplicateContent",
    "Refusal",
    "create",
    "lapse_due",
    "queue",
    "send",
    "withdraw",
]
S = SubmissionStatus
NO_APPROVAL = "Nobody approved the file before its window closed."
NOT_REACHED = "The file could not be handed to HKEX before its window closed."


def create(
    acting: Acting,
    *,
    account: SftpAccount,
    identity: Identity,
    file_id: str,
    upload: FileUpload,
    now: dt.datetime,
    replaces: Submission | None = None,
) -> Submission:
    """A draft of a COMPLETE upload that has passed the whole-file check.

    Raises DuplicateContent when the same bytes may already be at HKEX, and Refusal
    when the upload, account or identity is not this participant's.
    """
    drafts.check(acting, account, identity, file_id, upload)
    with transaction.atomic():
        submission = drafts.insert(
            acting.participant,
            drafts.content_of(upload),
            account=account,
            identity=identity,
            file_id=file_id,
            day=hk_day(now),
            created_by=acting.user,
            created_at=now,
            replaces=replaces,
        )
        record(submission, user=acting.user)
    return submission


def send(submission: Submission, acting: Acting, now: dt.datetime) -> Submission:
    """A draft goes to a second person, or straight to the queue when the participant
    asks for no approval. Raises MoveNotAllowed; Refusal when the window has closed."""
    if now >= submission.window_closes_at:
        raise Refusal(
            f"The window for {submission.file_id} has closed. Nothing was sent. "
            "Submit again when it opens, or call HKEX."
        )
    with transaction.atomic():
        if submission.replaces is not None:
            notices.resolve_tries(submission.replaces)
        if not acting.participant.approval_required:
            return queue(submission, now, acting.user)
        approvals.request(
            consequences.SUBMISSION,
            submission.pk,
            consequences.submission_payload(submission.pk),
            submission.window_closes_at,
            participant=acting.participant,
            subject=f"[{submission.file_id}] submission {submission.reference}",
            requested_by=acting.user,
            now=now,
        )
        return move(submission, S.AWAITING_APPROVAL, user=acting.user)


def queue(submission: Submission, now: dt.datetime, user: User) -> Submission:
    """Ready for the next visit; in the caller's transaction."""
    visit_soon(submission.account_id)
    return move(submission, S.QUEUED, user=user, queued_at=now)


def withdraw(submission: Submission, acting: Acting, now: dt.datetime) -> Submission:
    """Take back what is not yet on its way. Raises MoveNotAllowed, or Refusal when
    an approver was faster."""
    try:
        with transaction.atomic():
            for approval in consequences.pending(
                consequences.SUBMISSION, submission.pk
            ):
                approvals.withdraw(approval, now)
            return move(submission, S.WITHDRAWN, user=acting.user, ended_at=now)
    except approvals.CannotDecide as decided:
        raise Refusal(str(decided)) from None


def lapse_due(now: dt.datetime) -> int:
    """Lapse what waited past its window, its approvals first, whose time is the same;
    answers how many those were."""
    lapsed = approvals.lapse_due(now)
    late = Submission.objects.filter(
        status__in=(S.AWAITING_APPROVAL, S.QUEUED), window_closes_at__lte=now
    ).select_related("participant", "identity")
    return lapsed + sum(_lapse(submission, now) for submission in late[:500])


def _lapse(submission: Submission, now: dt.datetime) -> bool:
    why = NO_APPROVAL if submission.status == S.AWAITING_APPROVAL else NOT_REACHED
    try:
        with transaction.atomic():
            move(submission, S.LAPSED, ended_at=now, sentence=why)
            notices.lapsed(submission, why)
    except MoveNotAllowed:
        return False
    return True
