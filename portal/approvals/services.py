"""Requesting and deciding; the kinds' own services register what happens then."""

import datetime as dt
import hmac
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.db import IntegrityError

from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.activity.services import append
from portal.approvals import refusals
from portal.approvals.models import Approval, ApprovalStatus
from portal.approvals.refusals import CannotDecide, CannotRequest
from portal.people.models import Membership, Participant, User

__all__ = [
    "CannotDecide",
    "CannotRequest",
    "Consequences",
    "decide",
    "has_own_page",
    "has_url",
    "lapse_due",
    "register",
    "request",
    "url_of",
    "withdraw",
]
logger = logging.getLogger(__name__)
TOPICS = ("approvals",)


@dataclass(frozen=True)
class Consequences:
    """What a kind does when decided, inside the deciding transaction, and how its
    payload's SHA-256 is computed again from the rows. url: the thing's own page.
    on_own_page: that page asks for more than a word (a total, a code), and no other
    way of deciding is taken."""

    payload_sha256: Callable[[uuid.UUID], str]
    approved: Callable[[Approval, dt.datetime], None]
    declined: Callable[[Approval, dt.datetime], None]
    lapsed: Callable[[Approval, dt.datetime], None]
    url: Callable[[Approval], str] | None = None
    on_own_page: bool = False


_kinds: dict[str, Consequences] = {}


def register(kind: str, consequences: Consequences) -> None:
    _kinds[kind] = consequences


def has_url(approval: Approval) -> bool:
    kind = _kinds.get(approval.kind)
    return kind is not None and kind.url is not None


def has_own_page(approval: Approval) -> bool:
    """Whether it is decided on the thing's own page only."""
    kind = _kinds.get(approval.kind)
    return kind is not None and kind.on_own_page


def url_of(approval: Approval) -> str:
    """The page of the thing itself; "" when its kind has none."""
    kind = _kinds.get(approval.kind)
    return kind.url(approval) if kind and kind.url else ""


def request(
    kind: str,
    pk: uuid.UUID,
    payload_sha256: str,
    expires_at: dt.datetime,
    *,
    participant: Participant | None,
    subject: str,
    requested_by: User,
    now: dt.datetime,
) -> Approval:
    """Ask for a second pair of eyes; one pending request a thing. Raises
    CannotRequest."""
    if kind not in _kinds:
        raise KeyError(kind)
    if expires_at <= now:
        raise CannotRequest(refusals.TOO_LATE)
    try:
        with transaction.atomic():
            approval = Approval.objects.create(
                kind=kind,
                object_pk=pk,
                payload_sha256=payload_sha256,
                expires_at=expires_at,
                participant=participant,
                subject=subject,
                requested_by=requested_by,
                requested_at=now,
            )
            _record(approval, "Request approval of", Status.PENDING, requested_by)
    except IntegrityError:
        raise CannotRequest(refusals.ASKED_ALREADY) from None
    return approval


def decide(
    approval: Approval,
    user: User,
    approve: bool,
    reason: str,
    now: dt.datetime,
    *,
    on_own_page: bool = False,
) -> Approval:
    """Approve or decline; raises CannotDecide, and then nothing has changed. Checked
    here: an approver of that participant, not the requester, a reason to decline,
    pending, in time, unchanged since it was asked; and that a kind which has a page
    of its own for it is decided there, by whoever has checked what that page asks."""
    if has_own_page(approval) and not on_own_page:
        raise CannotDecide(refusals.ON_OWN_PAGE)
    try:
        _decide(approval, user, approve, reason.strip(), now)
    except CannotDecide:
        approval.refresh_from_db()  # as it is now, not as it was nearly made
        raise
    return approval


def _decide(
    approval: Approval, user: User, approve: bool, reason: str, now: dt.datetime
) -> None:
    kind = _kinds[approval.kind]
    _check_person(approval, user)
    if not approve and not reason:
        raise CannotDecide(refusals.NO_REASON)
    with transaction.atomic():
        status = ApprovalStatus.APPROVED if approve else ApprovalStatus.DECLINED
        _claim(approval, status, now, user, reason)
        seen = kind.payload_sha256(approval.object_pk)
        if not hmac.compare_digest(seen.encode(), approval.payload_sha256.encode()):
            raise CannotDecide(refusals.CHANGED)
        (kind.approved if approve else kind.declined)(approval, now)
        verb = "Approve" if approve else "Decline"
        _record(approval, verb, Status.SUCCESSFUL, user, reason)


def withdraw(approval: Approval, now: dt.datetime, user: User | None = None) -> None:
    """The requester takes it back; without a user the thing itself is gone. Raises
    CannotDecide when it was decided meanwhile."""
    if user is not None and user.pk != approval.requested_by_id:
        raise CannotDecide(refusals.NOT_YOURS)
    with transaction.atomic():
        _claim(approval, ApprovalStatus.WITHDRAWN, now, user, "", in_time=False)
        _record(approval, "Withdraw", Status.SUCCESSFUL, user)


def lapse_due(now: dt.datetime) -> int:
    """Lapse every request whose time is over, each in its own transaction; answers
    how many those were."""
    due = Approval.objects.filter(status=ApprovalStatus.PENDING, expires_at__lte=now)
    return sum(_lapse(approval, now) for approval in due.order_by("expires_at")[:500])


def _lapse(approval: Approval, now: dt.datetime) -> bool:
    try:
        with transaction.atomic():
            _claim(approval, ApprovalStatus.LAPSED, now, None, "", in_time=False)
            _kinds[approval.kind].lapsed(approval, now)
            _record(approval, "Lapse of", Status.WARNING, None)
    except CannotDecide:
        return False  # somebody was faster
    except Exception:
        # A defect in one kind must not keep the others waiting for ever.
        logger.exception("approval %s cannot lapse", approval.pk)
        return False
    return True


def _check_person(approval: Approval, user: User) -> None:
    if approval.requested_by_id == user.pk:
        raise CannotDecide(refusals.OWN_REQUEST)
    if not _may_approve(approval, user):
        raise CannotDecide(refusals.NO_APPROVER)


def _may_approve(approval: Approval, user: User) -> bool:
    """Read again from the rows: what the guard saw may be seconds old."""
    if approval.participant_id is None:
        return User.objects.filter(
            pk=user.pk, is_active=True, is_site_admin=True
        ).exists()
    return Membership.objects.filter(
        user=user,
        user__is_active=True,
        participant=approval.participant_id,
        is_active=True,
        is_approver=True,
    ).exists()


def _claim(
    approval: Approval,
    status: ApprovalStatus,
    now: dt.datetime,
    user: User | None,
    reason: str,
    *,
    in_time: bool = True,
) -> None:
    """One conditional UPDATE: of two at once, one wins, the other learns who."""
    pending = Approval.objects.filter(pk=approval.pk, status=ApprovalStatus.PENDING)
    if in_time:
        pending = pending.filter(expires_at__gt=now)
    claimed = pending.update(
        status=status, decided_by=user, decided_at=now, reason=reason
    )
    approval.refresh_from_db()
    if not claimed:
        raise CannotDecide(refusals.no_longer_pending(approval))


def _record(
    approval: Approval, verb: str, status: Status, user: User | None, reason: str = ""
) -> None:
    """ "Approve [HBCNMAPP] submission SUB-2024-000417 of ops.chan\""""
    description = f"{verb} {approval.subject} of {approval.requested_by.username}"
    if reason:
        description += f", reason [{reason}]"
    append(
        approval.participant,
        Kind.APPROVAL,
        Endpoint.WEB,
        description,
        status,
        user=user,
        refs={"approval": str(approval.pk), "object": str(approval.object_pk)},
        topics=TOPICS,
    )
