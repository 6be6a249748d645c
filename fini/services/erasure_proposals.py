"""Proposing to erase personal data, and what its approval binds and sets going."""

import datetime as dt
import hashlib
import json
import uuid

from django.conf import settings
from django.db import IntegrityError
from django.urls import reverse

from fini.models import Erasure, ErasureStatus
from fini.refusals import Refusal
from fini.selectors import erasures as selectors
from portal import wakeups
from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.approvals import services as approvals
from portal.approvals.models import Approval, ApprovalStatus
from portal.people.guards import Acting
from portal.people.models import User

KIND = "fini-erasure"
WAKE = "fini-erase"
TOPICS = ("fini-erasure", "approvals", "alerts")
DECIDE_WITHIN = dt.timedelta(days=7)
S = ErasureStatus
ASKED_ALREADY = (
    "Another erasure is awaiting approval or under way. Nothing was proposed. "
    "Wait for its end, or withdraw it."
)


def register() -> None:
    approvals.register(
        KIND,
        approvals.Consequences(
            payload_sha256=payload,
            approved=_approved,
            declined=_declined,
            lapsed=_lapsed,
            url=lambda approval: reverse(
                "fini_erasures", args=[_erasure(approval).participant.code]
            ),
        ),
    )


def propose(before: dt.date, acting: Acting, now: dt.datetime) -> Erasure:
    """The people of every batch that ended before a day, counted and listed as they
    are now, for another person to approve. Raises Refusal."""
    _check_day(before, now)
    old = selectors.old(acting.participant, before)
    found = selectors.listed(old)
    if not found.batches:
        raise Refusal(
            f"No batch that ended before {before:%-d %B %Y} has personal data and "
            "nothing under way. Nothing was proposed. Choose a later day."
        )
    row = Erasure(
        participant=acting.participant,
        before=before,
        batches=found.batches,
        records=selectors.people(old),
        list_sha256=found.sha256,
        days=settings.FINI_PERSONAL_DAYS,
        proposed_by=acting.user,
        proposed_at=now,
        expires_at=now + DECIDE_WITHIN,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            row.approval = _ask(row, acting.user, now)
            row.save(update_fields=["approval"])
            record(row, "Propose to erase", Status.PENDING, acting.user)
    except IntegrityError:
        raise Refusal(ASKED_ALREADY) from None
    return row


def withdraw(row: Erasure, acting: Acting, now: dt.datetime) -> None:
    """Who proposed it takes it back. Raises Refusal."""
    asked = Approval.objects.filter(
        kind=KIND, object_pk=row.pk, status=ApprovalStatus.PENDING
    ).first()
    if asked is None:
        raise Refusal(
            "It was decided meanwhile. Nothing was withdrawn. Reload to see what came."
        )
    try:
        with transaction.atomic():
            approvals.withdraw(asked, now, acting.user)
            _move(row.pk, S.WITHDRAWN, ended_at=now)
            record(row, "Withdraw erasing", Status.SUCCESSFUL, acting.user)
    except approvals.CannotDecide as why:
        raise Refusal(str(why)) from None


def payload(pk: uuid.UUID) -> str:
    """SHA-256 over all that the approver has seen: the list by its own hash, which
    the worker computes again before it erases anything."""
    row = Erasure.objects.select_related("participant").get(pk=pk)
    seen = {
        "participant": row.participant.code,
        "before": row.before.isoformat(),
        "batches": row.batches,
        "records": row.records,
        "list": row.list_sha256,
        "days": row.days,
        "status": row.status,
    }
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


def record(row: Erasure, verb: str, status: Status, user: User | None = None) -> None:
    activity.append(
        row.participant,
        Kind.PERSONAL,
        Endpoint.WEB if user else Endpoint.API,
        f"{verb} [{row}]: [{row.batches}] batches, [{row.records}] records,"
        f" list [{row.list_sha256}]",
        status,
        user=user,
        refs={"erasure": str(row.pk)},
        topics=TOPICS,
    )


def _check_day(before: dt.date, now: dt.datetime) -> None:
    latest = selectors.latest_before(now)
    if before > latest:
        raise Refusal(
            "Personal data are kept for at least "
            f"{settings.FINI_PERSONAL_DAYS} days after a batch has ended. Nothing was "
            f"proposed. Name {latest:%-d %B %Y} or an earlier day."
        )


def _ask(row: Erasure, user: User, now: dt.datetime) -> Approval:
    return approvals.request(
        KIND,
        row.pk,
        payload(row.pk),
        row.expires_at,
        participant=row.participant,
        subject=f"erasing the {row} ({row.records:,} records)",
        requested_by=user,
        now=now,
    )


def _approved(approval: Approval, now: dt.datetime) -> None:
    row = _erasure(approval)
    _move(row.pk, S.APPROVED)
    wakeups.wake(WAKE, row.pk)
    record(row, "Approve to erase", Status.SUCCESSFUL, approval.decided_by)


def _declined(approval: Approval, now: dt.datetime) -> None:
    row = _erasure(approval)
    _move(row.pk, S.DECLINED, ended_at=now, sentence=approval.reason)
    record(row, "Decline to erase", Status.SUCCESSFUL, approval.decided_by)


def _lapsed(approval: Approval, now: dt.datetime) -> None:
    row = _erasure(approval)
    _move(row.pk, S.LAPSED, ended_at=now, sentence="Nobody decided in time.")
    record(row, "Lapse of erasing", Status.WARNING)


def _move(pk: uuid.UUID, status: ErasureStatus, **fields: object) -> None:
    awaited = Erasure.objects.filter(pk=pk, status=S.AWAITING)
    if not awaited.update(status=status, **fields):
        raise approvals.CannotDecide(ASKED_ALREADY)


def _erasure(approval: Approval) -> Erasure:
    rows = Erasure.objects.select_related("participant")
    return rows.get(pk=approval.object_pk)
