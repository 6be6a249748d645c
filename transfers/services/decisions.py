"""What a person decides about a submission that nobody can be sure of (law 4)."""

import datetime as dt

from portal import clock
from portal.activity import transaction
from portal.approvals import services as approvals
from portal.approvals.models import ApprovalStatus
from portal.exchange.hktime import hk_day
from portal.people.guards import Acting
from transfers.models import Decision, DecisionKind, Submission
from transfers.services import consequences, drafts, looks, notices
from transfers.services.moves import record
from transfers.services.refusals import Refusal
from transfers.services.wakes import visit_soon
from transfers.states import SubmissionStatus

__all__ = ["Refusal", "decide", "resubmit"]
S = SubmissionStatus
MAY_BE_REPLACED = frozenset({S.ABANDONED, S.REJECTED, S.FAILED})
APPROVE_WITHIN = dt.timedelta(hours=24)


def decide(
    submission: Submission,
    acting: Acting,
    kind: DecisionKind,
    reason: str,
    wait_until: dt.datetime | None,
    now: dt.datetime,
) -> Decision:
    """Record what a person knows of an unconfirmed submission.

    KEEP_WAITING acts at once: results are looked for until `wait_until`. The other
    two need a second person, whatever the participant's setting (law 4), and act
    when approved. Raises Refusal (not unconfirmed, no reason, one pending already).
    """
    if not reason.strip():
        raise Refusal("A decision needs its reason. Say how you know, and from whom.")
    waiting = kind == DecisionKind.KEEP_WAITING
    if waiting and (wait_until is None or wait_until <= now):
        raise Refusal("Waiting needs a time that is still to come. Choose a later one.")
    with transaction.atomic():
        row = _unconfirmed(submission)
        decision = Decision.objects.create(
            submission=row,
            kind=kind,
            reason=reason.strip(),
            wait_until=wait_until if waiting else None,
            made_by=acting.user,
            made_at=now,
            effective_at=now if waiting else None,
        )
        if wait_until is not None and waiting:
            _keep_waiting(row, wait_until - now)
        else:
            _ask(decision, acting, now)
        record(row, user=acting.user, topics=("approvals",))
    return decision


def resubmit(submission: Submission, acting: Acting, now: dt.datetime) -> Submission:
    """A new draft of the same stored file that `replaces` an abandoned, rejected or
    failed submission. Raises Refusal; send it with `submissions.send`."""
    if submission.status not in MAY_BE_REPLACED:
        raise Refusal(
            f"{submission.reference} is {submission.get_status_display().lower()}: "
            "it is not sent again. Nothing was created."
        )
    if not acting.membership.identities.filter(pk=submission.identity_id).exists():
        raise Refusal("You are not authorised for its identity. Ask someone who is.")
    if submission.day != hk_day(now):
        raise Refusal(
            f"{submission.file_name} carries the date of another day. "
            "Nothing was created. Choose a file that is named for today."
        )
    with transaction.atomic():
        draft = drafts.insert(
            submission.participant,
            drafts.content_of(submission),
            account=submission.account,
            identity=submission.identity,
            file_id=submission.file_id,
            day=submission.day,
            created_by=acting.user,
            created_at=now,
            replaces=submission,
        )
        record(draft, user=acting.user)
    return draft


def _unconfirmed(submission: Submission) -> Submission:
    row = looks.locked(submission.pk)
    if row.status != S.UNCONFIRMED:
        raise Refusal(
            f"{row.reference} is {row.get_status_display().lower()} by now: "
            "there is nothing left to decide."
        )
    if row.decisions.filter(approval__status=ApprovalStatus.PENDING).exists():
        raise Refusal("A decision is waiting for its approver already.")
    return row


def _keep_waiting(row: Submission, for_: dt.timedelta) -> None:
    at = clock.real_now()
    Submission.objects.filter(pk=row.pk).update(look_next_at=at, look_until=at + for_)
    notices.resolve_unconfirmed(row)
    visit_soon(row.account_id)


def _ask(decision: Decision, acting: Acting, now: dt.datetime) -> None:
    kind = DecisionKind(decision.kind)
    decision.approval = approvals.request(
        consequences.DECISION,
        decision.pk,
        consequences.decision_payload(decision.pk),
        now + APPROVE_WITHIN,
        participant=acting.participant,
        subject=f"decision [{kind.label}] on {decision.submission.reference}",
        requested_by=acting.user,
        now=now,
    )
    decision.save(update_fields=["approval"])
