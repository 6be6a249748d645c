"""What a person says of records of which FINI's list does not tell (law 4)."""

import datetime as dt
from collections.abc import Mapping

from fini import identity_numbers
from fini.models import Batch, RecordDecision, RecordDecisionKind
from fini.refusals import Refusal
from fini.selectors import undecided
from fini.services import leases
from fini.services.leases import Held
from fini.services.sending import consequences, telling
from fini.services.sending.consequences import BUSY, MOVED, described, rows_of
from fini.states import Act, BatchStatus
from portal import clock
from portal.activity import transaction
from portal.activity.models import Status
from portal.approvals import services as approvals
from portal.people.guards import Acting

APPROVE_WITHIN = dt.timedelta(hours=24)
K = RecordDecisionKind
NO_REASON = "A decision needs its reason. Say how you know, and from whom."
NOTHING_CHOSEN = "No record is chosen. Nothing was decided. Tick those that you mean."
ONE_ALREADY = "A decision is waiting for its approver already."


def ask(
    batch: Batch,
    acting: Acting,
    kind: RecordDecisionKind,
    reason: str,
    chosen: Mapping[int, str],
    now: dt.datetime,
) -> RecordDecision:
    """Put what a person knows of some rows to a second one, whatever the participant's
    setting (law 4). `chosen`: the recordID that FINI shows, or "", by row.

    Raises Refusal: no reason, or one that names somebody; no row, or one that nobody
    may decide on; a recordID that is missing, or another record's; a decision that
    waits already; a worker at the batch.
    """
    if not (reason := reason.strip()):
        raise Refusal(NO_REASON)
    try:
        with transaction.atomic():
            _check_free(batch)
            decision = RecordDecision.objects.create(
                batch=batch,
                kind=kind,
                reason=reason,
                records=_records(batch, kind, reason, chosen),
                made_by=acting.user,
                made_at=now,
            )
            _request(decision, acting, now)
            told = f"Ask for the {described(decision)}, reason [{reason}]"
            telling.tell(batch, told, Status.PENDING, acting.user)
    except approvals.CannotRequest as why:
        raise Refusal(str(why)) from None
    return decision


def withdraw_moot(held: Held, batch: Batch) -> None:
    """The one that FINI's list has overtaken, be it in part: what FINI says goes before
    what people say. Raises LeaseLost."""
    decision = undecided.pending(batch)
    if decision is None or decision.approval is None:
        return
    if rows_of(decision).count() == len(decision.records):
        return
    try:
        with transaction.atomic():
            held.hold()
            approvals.withdraw(decision.approval, clock.now())
            told = f"Withdraw the {described(decision)}: FINI’s list has told"
            telling.tell(batch, told, Status.WARNING)
    except approvals.CannotDecide:
        return  # declined, or lapsed, meanwhile


def _check_free(batch: Batch) -> None:
    """Locks the batch, so that of two decisions one comes first. Raises Refusal."""
    free = Batch.objects.select_for_update(no_key=True).filter(
        leases.EXPIRED, pk=batch.pk, status=BatchStatus.SENDING
    )
    if free.only("pk").first() is None:
        raise Refusal(BUSY)
    if undecided.pending(batch) is not None:
        raise Refusal(ONE_ALREADY)


def _records(
    batch: Batch, kind: RecordDecisionKind, reason: str, chosen: Mapping[int, str]
) -> dict[str, str]:
    """For `RecordDecision.records`. Raises Refusal."""
    if not chosen:
        raise Refusal(NOTHING_CHOSEN)
    rows = list(undecided.rows(batch).filter(row__in=chosen).select_related("target"))
    if len(rows) != len(chosen):
        raise Refusal(MOVED)
    consequences.check_reason(reason, [row.pk for row in rows])
    if kind != K.RECORDED:
        return {str(row.row): "" for row in rows}
    if batch.act != Act.ADD:  # the recordID of what it acts on is known
        return {str(one.row): one.target.record_id for one in rows if one.target}
    told = {str(row.row): chosen[row.row].strip() for row in rows}
    for row in rows:
        if not told[str(row.row)]:
            raise Refusal(
                f"The record ID of {row.own_ref} is missing. Nothing was decided. "
                "Write it as FINI shows it."
            )
        if identity_numbers.looks_like_hkid(told[str(row.row)]):  # kept in clear
            raise Refusal(
                f"The record ID of {row.own_ref} looks like an identity number. "
                "Nothing was decided. Write it as FINI shows it."
            )
    consequences.check_theirs(batch, list(told.values()))
    return told


def _request(decision: RecordDecision, acting: Acting, now: dt.datetime) -> None:
    decision.approval = approvals.request(
        consequences.KIND,
        decision.pk,
        consequences.payload(decision.pk),
        now + APPROVE_WITHIN,
        participant=acting.participant,
        subject=described(decision),
        requested_by=acting.user,
        now=now,
    )
    decision.save(update_fields=["approval"])
