"""A second pair of eyes on a batch: asked for, decided, taken back."""

import datetime as dt
import hashlib
import json
import uuid

from django.urls import reverse

from fini.models import Batch, EipoSubscription
from fini.refusals import Refusal
from fini.selectors import earlier
from fini.services import batch_moves
from fini.services.batch_files import check_profile
from fini.states import BatchStatus, MoveNotAllowed, SubscriptionStatus
from portal import wakeups
from portal.activity import transaction
from portal.approvals import services as approvals
from portal.approvals.models import Approval, ApprovalStatus
from portal.people.guards import Acting
from portal.people.models import Participant, User

KIND, SEND = "eipo batch", "fini-send"
APPROVE_WITHIN = dt.timedelta(hours=24)
B, S = BatchStatus, SubscriptionStatus
TOO_LATE = "The batch has moved on meanwhile. Nothing was changed. Reload to see how."
NOBODY_DECIDED = "Nobody decided within a day. Nothing was sent. Upload it again."


def register() -> None:
    approvals.register(
        KIND,
        approvals.Consequences(
            payload_sha256=payload,
            approved=_approved,
            declined=_declined,
            lapsed=_lapsed,
            url=lambda approval: (
                reverse(
                    "fini_batch", args=[approval.participant.code, approval.object_pk]
                )
                if approval.participant
                else ""
            ),
        ),
    )


def ask(batch: Batch, acting: Acting, now: dt.datetime, *, leave_out: bool) -> Batch:
    """Checked records go to a second person, or straight to the queue when the
    participant asks for no approval. `leave_out`: a person has said that the rows with
    problems stay behind. Raises Refusal, and MoveNotAllowed."""
    _check(batch, leave_out=leave_out)
    try:
        with transaction.atomic():
            _check_alone(batch)
            if not acting.participant.approval_required:
                return _queue(batch, acting.user)
            return batch_moves.move(
                *(batch, B.AWAITING_APPROVAL, "Ask for approval of"),
                user=acting.user,
                approval=_request(batch, acting, now),
            )
    except approvals.CannotRequest as why:
        raise Refusal(str(why)) from None


def withdraw(batch: Batch, acting: Acting, now: dt.datetime) -> Batch:
    """Take back what FINI has nothing of. Raises Refusal."""
    if batch.status == B.READING:
        raise Refusal("It is being checked just now. Withdraw it when that is over.")
    try:
        with transaction.atomic():
            for asked in _pending(batch):
                approvals.withdraw(asked, now)
            _check_unsent(batch)
            return batch_moves.move(
                *(batch, B.WITHDRAWN, "Withdraw"),
                user=acting.user,
                ended_at=now,
                sealed_file=b"",
            )
    except (approvals.CannotDecide, MoveNotAllowed):
        raise Refusal(TOO_LATE) from None


def payload(pk: uuid.UUID) -> str:
    """SHA-256 over what the approver sees; the records by their own digest, and how
    many of them wait."""
    batch = Batch.objects.select_related("participant").defer("sealed_file").get(pk=pk)
    waiting = EipoSubscription.objects.filter(batch=pk, status=S.DRAFTED)
    seen = {
        "participant": batch.participant.code,
        "profile": str(batch.profile_id),
        "number": batch.number,
        "act": batch.act,
        "totals": batch.totals,
        "records": batch.records_sha256,
        "waiting": waiting.count(),
        "status": B.AWAITING_APPROVAL,
    }
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


def _check(batch: Batch, *, leave_out: bool) -> None:
    """Raises Refusal."""
    check_profile(batch.profile)
    if batch.status != B.CHECKED:
        raise Refusal(TOO_LATE)
    fit, unfit = batch.totals["fit"], batch.totals["unfit"]
    if not fit:
        raise Refusal("No row of it may be sent. Mend the file and upload it again.")
    if unfit and not leave_out:
        raise Refusal(
            f"Rows with problems: {unfit:,}. Nothing was asked. Say that the other "
            f"{fit:,} go without them, or withdraw this one, mend the file and "
            "upload it again."
        )


def _check_alone(batch: Batch) -> None:
    """Two batches with the same own reference may have been read at once; they take
    turns here. In the caller's transaction; raises Refusal."""
    Participant.objects.select_for_update(no_key=True).get(pk=batch.participant_id)
    if own_ref := earlier.clash(batch):
        raise Refusal(
            f"Another batch has sent the own reference {own_ref} meanwhile. Nothing "
            "was sent. Withdraw this one, mend the file and upload it again."
        )


def _check_unsent(batch: Batch) -> None:
    """A batch that waits in the queue again may have been sent in part."""
    rows = EipoSubscription.objects.filter(batch=batch)
    untouched = (S.DRAFTED, S.QUEUED, S.KEPT_BACK)
    if rows.exclude(status__in=untouched).exists():
        raise Refusal("Part of it was sent already. Nothing was withdrawn.")


def _request(batch: Batch, acting: Acting, now: dt.datetime) -> Approval:
    fit, unfit = batch.totals["fit"], batch.totals["unfit"]
    without = f", without {unfit:,} kept back" if unfit else ""
    counted = f"{fit:,} record{'' if fit == 1 else 's'}"
    return approvals.request(
        KIND,
        batch.pk,
        payload(batch.pk),
        now + APPROVE_WITHIN,
        participant=batch.participant,
        subject=f"EIPO {batch} ({batch.act} {counted}{without})",
        requested_by=acting.user,
        now=now,
    )


def _queue(batch: Batch, user: User | None) -> Batch:
    wakeups.wake(SEND, batch.pk)
    return batch_moves.move(batch, B.QUEUED, "Queue", user=user, decided_by=user)


def _approved(approval: Approval, now: dt.datetime) -> None:
    batch = _batch(approval)
    try:
        check_profile(batch.profile)
        _check_alone(batch)
    except Refusal as why:
        raise approvals.CannotDecide(str(why)) from None
    _queue(batch, approval.decided_by)


def _declined(approval: Approval, now: dt.datetime) -> None:
    batch_moves.move(
        *(_batch(approval), B.DECLINED, "Decline"),
        user=approval.decided_by,
        decided_by=approval.decided_by,
        sentence=approval.reason,
        ended_at=now,
    )


def _lapsed(approval: Approval, now: dt.datetime) -> None:
    batch_moves.move(
        *(_batch(approval), B.LAPSED, "Lapse of"), sentence=NOBODY_DECIDED, ended_at=now
    )


def _pending(batch: Batch) -> list[Approval]:
    waiting = Approval.objects.filter(
        kind=KIND, object_pk=batch.pk, status=ApprovalStatus.PENDING
    )
    return list(waiting.select_related("participant", "requested_by"))


def _batch(approval: Approval) -> Batch:
    rows = Batch.objects.select_related("participant", "profile").defer("sealed_file")
    return rows.get(pk=approval.object_pk)
