"""What the approvals of submissions and decisions set going; registered in ready()."""

import datetime as dt

from portal.activity.models import Status
from portal.approvals import services as approvals
from portal.approvals.models import Approval
from portal.people.models import User
from transfers.models import Decision, DecisionKind, Submission
from transfers.services import consequences, notices
from transfers.services.moves import move, record
from transfers.services.submissions import NO_APPROVAL, queue
from transfers.states import SubmissionStatus

S = SubmissionStatus
BECOMES = {
    DecisionKind.SAID_RECEIVED: S.SAID_RECEIVED,
    DecisionKind.ABANDONED: S.ABANDONED,
}


def register() -> None:
    approvals.register(
        consequences.SUBMISSION,
        approvals.Consequences(
            payload_sha256=consequences.submission_payload,
            approved=submission_approved,
            declined=submission_declined,
            lapsed=submission_lapsed,
            url=lambda approval: notices.path_of(_submission(approval)),
        ),
    )
    approvals.register(
        consequences.DECISION,
        approvals.Consequences(
            payload_sha256=consequences.decision_payload,
            approved=decision_approved,
            declined=decision_not_approved,
            lapsed=decision_not_approved,
            url=lambda approval: notices.path_of(_decision(approval).submission),
        ),
    )


def submission_approved(approval: Approval, now: dt.datetime) -> None:
    queue(_submission(approval), now, _decider(approval))


def submission_declined(approval: Approval, now: dt.datetime) -> None:
    move(
        _submission(approval),
        S.DECLINED,
        user=_decider(approval),
        ended_at=now,
        sentence=approval.reason,
    )


def submission_lapsed(approval: Approval, now: dt.datetime) -> None:
    submission = _submission(approval)
    move(submission, S.LAPSED, ended_at=now, sentence=NO_APPROVAL)
    notices.lapsed(submission, NO_APPROVAL)


def decision_approved(approval: Approval, now: dt.datetime) -> None:
    decision = _decision(approval)
    submission = decision.submission
    Decision.objects.filter(pk=decision.pk).update(effective_at=now)
    move(
        submission,
        BECOMES[DecisionKind(decision.kind)],
        user=_decider(approval),
        ended_at=now,
    )
    notices.resolve_unconfirmed(submission)


def decision_not_approved(approval: Approval, now: dt.datetime) -> None:
    """It stays unconfirmed, and its alert open."""
    record(
        _decision(approval).submission,
        user=approval.decided_by,
        status=Status.UNCONFIRMED,
        topics=("approvals",),
    )


def _submission(approval: Approval) -> Submission:
    return Submission.objects.select_related("participant", "identity").get(
        pk=approval.object_pk
    )


def _decision(approval: Approval) -> Decision:
    return Decision.objects.select_related(
        "submission__participant", "submission__identity"
    ).get(pk=approval.object_pk)


def _decider(approval: Approval) -> User:
    assert approval.decided_by is not None  # noqa: S101 (decide() has set it)
    return approval.decided_by
