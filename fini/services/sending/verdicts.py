"""What the approval of a decision on records sets going; registered in ready()."""

import datetime as dt

from django.db.models import Q
from django.urls import reverse

from fini.models import Batch, RecordDecision, Sending
from fini.refusals import Refusal
from fini.services import leases
from fini.services.leases import Held
from fini.services.sending import (
    claims,
    closings,
    consequences,
    looking_up,
    outcome_rows,
    outcomes,
    telling,
)
from fini.services.sending.consequences import BUSY, MOVED, described, rows_of
from fini.services.sending.outcome_rows import Outcome
from fini.states import Act, BatchStatus, SubscriptionStatus
from portal import wakeups
from portal.activity.models import Status
from portal.approvals import services as approvals
from portal.approvals.models import Approval
from portal.people.models import User

S = SubscriptionStatus


def register() -> None:
    approvals.register(
        consequences.KIND,
        approvals.Consequences(
            payload_sha256=consequences.payload,
            approved=_approved,
            declined=_not_approved,
            lapsed=_not_approved,
            url=lambda approval: _path_of(_decision(approval).batch),
        ),
    )


def _approved(approval: Approval, now: dt.datetime) -> None:
    """Takes the batch's lease for this transaction: no worker is at it, and none comes
    before what was decided is committed. Raises CannotDecide."""
    decision = _decision(approval)
    _check_reason(approval, decision)
    held = leases.take(Batch, decision.batch_id, Q(status=BatchStatus.SENDING))
    if held is None:
        raise approvals.CannotDecide(BUSY)
    _move(held, decision, approval.decided_by)
    RecordDecision.objects.filter(pk=decision.pk).update(effective_at=now)
    _go_on(held, decision)
    held.release()
    told = f"Approve the {described(decision)}"
    telling.tell(decision.batch, told, Status.SUCCESSFUL, approval.decided_by)


def _move(held: Held, decision: RecordDecision, decider: User | None) -> None:
    """Raises CannotDecide where one of the records has moved on."""
    batch, after = decision.batch, S(decision.kind)
    if after == S.RECORDED and batch.act == Act.ADD:
        try:
            consequences.check_theirs(batch, list(decision.records.values()))
        except Refusal as why:
            raise approvals.CannotDecide(str(why)) from None
    said = _said(decision, decider) if after == S.ABANDONED else ""
    rows = list(rows_of(decision).values_list("pk", "row", "sending"))
    found = [
        Outcome(pk, after, decision.records[str(row)], error_text=said)
        for pk, row, _ in rows
    ]
    if outcome_rows.write(found, S.UNCONFIRMED) != len(decision.records):
        raise approvals.CannotDecide(MOVED)
    if after == S.RECORDED:
        outcomes.end_targets(batch.act, [one.pk for one in found])
    for sending in Sending.objects.filter(pk__in={sending for *_, sending in rows}):
        looking_up.close_sending(held, batch, sending)


def _go_on(held: Held, decision: RecordDecision) -> None:
    """The batch ends, or waits for its next look-up, as after a finding of the worker;
    what is queued again is the worker's to send."""
    batch = decision.batch
    if decision.kind == S.QUEUED:
        Batch.objects.filter(pk=batch.pk).update(send_next_at=None, sentence="")
        wakeups.wake(claims.WAKE_UP, batch.pk)
    else:
        closings.close(held, batch)


def _not_approved(approval: Approval, now: dt.datetime) -> None:
    """They stay unconfirmed, and the alert open. Raises CannotDecide for a reason that
    names somebody."""
    decision = _decision(approval)
    _check_reason(approval, decision)
    verb = "Decline" if approval.decided_by else "Lapse of"
    told = f"{verb} the {described(decision)}"
    telling.tell(decision.batch, told, Status.UNCONFIRMED, approval.decided_by)


def _check_reason(approval: Approval, decision: RecordDecision) -> None:
    """The second person's own. Raises CannotDecide."""
    if not approval.reason:
        return
    pks = list(consequences.all_of(decision).values_list("pk", flat=True))
    try:
        consequences.check_reason(approval.reason, pks)
    except Refusal as why:
        raise approvals.CannotDecide(str(why)) from None


def _said(decision: RecordDecision, decider: User | None) -> str:
    second = decider.username if decider else ""
    names = f"{decision.made_by.username} and {second}"
    return f"FINI does not have it, {names} have said. It is not sent again."


def _path_of(batch: Batch) -> str:
    return reverse("fini_unconfirmed", args=[batch.participant.code, batch.pk])


def _decision(approval: Approval) -> RecordDecision:
    rows = RecordDecision.objects.select_related(
        "made_by", "batch__participant", "batch__profile"
    )
    return rows.defer("batch__sealed_file").get(pk=approval.object_pk)
