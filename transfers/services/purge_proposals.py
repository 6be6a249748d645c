"""Proposing a purge, and what its approval binds and sets going."""

import datetime as dt
import hashlib
import json
import uuid

from django.conf import settings
from django.db import IntegrityError
from django.urls import reverse

from portal import wakeups
from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.approvals import services as approvals
from portal.approvals.models import Approval, ApprovalStatus
from portal.people.guards import Acting
from portal.people.models import User
from transfers.models import PurgeProposal, PurgeStatus
from transfers.selectors import purges as selectors
from transfers.services.refusals import Refusal

KIND = "purge"
TOPICS = ("retention", "approvals", "alerts")
DECIDE_WITHIN = dt.timedelta(days=7)
S = PurgeStatus
ASKED_ALREADY = (
    "Another purge is awaiting approval or under way. Nothing was proposed. "
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
                "retention", args=[_proposal(approval).participant.code]
            ),
        ),
    )


def propose(before: dt.date, acting: Acting, now: dt.datetime) -> PurgeProposal:
    """Everything kept before a day, counted and listed as it is now, for another
    person to approve. Raises Refusal."""
    _check_day(before, now)
    found = selectors.listed(acting.participant, before)
    if not found.files:
        raise Refusal(
            f"Nothing that is in our store was kept before {before:%-d %B %Y}. "
            "Nothing was proposed. Choose a later day."
        )
    row = PurgeProposal(
        participant=acting.participant,
        before=before,
        files=found.files,
        bytes=found.bytes,
        list_sha256=found.sha256,
        years=settings.RETENTION_YEARS,
        proposed_by=acting.user,
        proposed_at=now,
        expires_at=now + DECIDE_WITHIN,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _ask(row, acting.user, now)
            record(row, "Propose to purge", Status.PENDING, acting.user)
    except IntegrityError:
        raise Refusal(ASKED_ALREADY) from None
    return row


def withdraw(row: PurgeProposal, acting: Acting, now: dt.datetime) -> None:
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
            record(row, "Withdraw the purge of", Status.SUCCESSFUL, acting.user)
    except approvals.CannotDecide as why:
        raise Refusal(str(why)) from None


def payload(pk: uuid.UUID) -> str:
    """SHA-256 over all that the approver has seen: the list by its own hash, which
    the worker computes again before it purges anything."""
    row = PurgeProposal.objects.select_related("participant").get(pk=pk)
    seen = {
        "participant": row.participant.code,
        "before": row.before.isoformat(),
        "files": row.files,
        "bytes": row.bytes,
        "list": row.list_sha256,
        "years": row.years,
        "status": row.status,
    }
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


def record(
    row: PurgeProposal, verb: str, status: Status, user: User | None = None
) -> None:
    activity.append(
        row.participant,
        Kind.RETENTION,
        Endpoint.WEB if user else Endpoint.API,
        f"{verb} [{row}]: [{row.files}] files, [{row.bytes}] bytes,"
        f" list [{row.list_sha256}]",
        status,
        user=user,
        refs={"purge": str(row.pk)},
        topics=TOPICS,
    )


def _check_day(before: dt.date, now: dt.datetime) -> None:
    latest = selectors.latest_before(now)
    if before > latest:
        raise Refusal(
            f"Files are kept for at least {settings.RETENTION_YEARS} years. Nothing "
            f"was proposed. Name {latest:%-d %B %Y} or an earlier day."
        )


def _ask(row: PurgeProposal, user: User, now: dt.datetime) -> None:
    approvals.request(
        KIND,
        row.pk,
        payload(row.pk),
        row.expires_at,
        participant=row.participant,
        subject=f"the purge of {row} ({row.files:,} files)",
        requested_by=user,
        now=now,
    )


def _approved(approval: Approval, now: dt.datetime) -> None:
    row = _proposal(approval)
    _move(row.pk, S.APPROVED, approved_at=now)
    wakeups.wake("purge", row.pk)
    record(row, "Approve to purge", Status.SUCCESSFUL, approval.decided_by)


def _declined(approval: Approval, now: dt.datetime) -> None:
    row = _proposal(approval)
    _move(row.pk, S.DECLINED, ended_at=now, sentence=approval.reason)
    record(row, "Decline to purge", Status.SUCCESSFUL, approval.decided_by)


def _lapsed(approval: Approval, now: dt.datetime) -> None:
    row = _proposal(approval)
    _move(row.pk, S.LAPSED, ended_at=now, sentence="Nobody decided in time.")
    record(row, "Lapse of the purge of", Status.WARNING)


def _move(pk: uuid.UUID, status: PurgeStatus, **fields: object) -> None:
    awaited = PurgeProposal.objects.filter(pk=pk, status=S.AWAITING)
    if not awaited.update(status=status, **fields):
        raise approvals.CannotDecide(ASKED_ALREADY)


def _proposal(approval: Approval) -> PurgeProposal:
    rows = PurgeProposal.objects.select_related("participant")
    return rows.get(pk=approval.object_pk)
