"""Starting a renewal: a new key is made and queued for the next visit."""

import datetime as dt

from django.db import IntegrityError

from keys import approvals as bound
from keys.models import (
    KeyRenewal,
    Origin,
    RenewalReason,
    SftpAccount,
    SshKey,
)
from keys.platform_rules import rules_of
from keys.refusals import Refusal
from keys.renewal_states import OPEN, TO_PROVE, RenewalStatus
from keys.selectors.timelines import timeline_of
from keys.services import pairs, records
from keys.services.accounts import refuse_disabled
from keys.services.moves import move, record
from keys.services.wakes import visit_soon
from portal import clock
from portal.activity import transaction
from portal.activity.models import Kind, Status
from portal.approvals import services as approvals
from portal.approvals.models import Approval, ApprovalStatus
from portal.exchange.hktime import hk_day
from portal.people.guards import Acting
from portal.people.models import User

R = RenewalStatus
APPROVE_WITHIN = dt.timedelta(days=3)
NOTHING = "No key was made."


def start_renewal(
    account: SftpAccount,
    now: dt.datetime,
    *,
    by: User | None = None,
    reason: RenewalReason = RenewalReason.ASKED,
    overwrite: bool = False,
    asks: bool | None = None,
) -> KeyRenewal:
    """Make a new key and queue it, or ask for approval where the account's policy
    wants it (a compromised key never waits). `overwrite`: there is a Renewed key
    already, and it is to be replaced. Raises Refusal."""
    _refuse(account, now, reason, overwrite)
    pair = pairs.draw(account)  # seconds: before the transaction
    asks = _asks(account, reason) if asks is None else asks
    requester = by or _policy_maker(account)
    try:
        with transaction.atomic():
            key = pairs.keep(account, pair, Origin.MADE, now, by)
            renewal = KeyRenewal(
                account=account,
                key=key,
                reason=reason,
                status=R.DRAFTED,
                overwrites=overwrite,
                requested_by=requester,
                created_at=now,
            )
            renewal.save(force_insert=True)
            if asks and requester:
                _ask(renewal, requester, now)
            else:
                queue(renewal, now, by)
    except IntegrityError:
        raise _under_way() from None
    return renewal


def queue(renewal: KeyRenewal, now: dt.datetime, by: User | None) -> None:
    """In the caller's transaction: the next visit uploads it."""
    visit_soon(renewal.account_id)
    move(renewal, R.QUEUED, by=by, queued_at=now)


def withdraw(renewal: KeyRenewal, acting: Acting, now: dt.datetime) -> None:
    """Before it is uploaded. Raises Refusal, or MoveNotAllowed when it just was."""
    if renewal.status not in (R.DRAFTED, R.QUEUED):
        raise Refusal(
            "The new key is at HKEX already, or on its way.",
            "Nothing was changed.",
            "Wait for the result.",
        )
    with transaction.atomic():
        for approval in _pending(renewal):
            approvals.withdraw(approval, now)
        move(renewal, R.WITHDRAWN, by=acting.user, ended_at=now)


def try_again(renewal: KeyRenewal, acting: Acting, now: dt.datetime) -> None:
    """Try the new key by a login in a visit now. Raises Refusal."""
    if renewal.status not in TO_PROVE:
        raise Refusal(
            "The new key is not waiting to be tried.",
            "Nothing was changed.",
            "Reload the page.",
        )
    with transaction.atomic():
        visit_soon(renewal.account_id)
        KeyRenewal.objects.filter(pk=renewal.pk, status__in=TO_PROVE).update(
            prove_next_at=clock.real_now()
        )
        records.of_account(
            renewal.account,
            Kind.KEY,
            "Try the new key",
            by=acting.user,
            status=Status.PENDING,
        )


def approved(approval: Approval, now: dt.datetime) -> None:
    renewal = _renewal(approval)
    if renewal.status == R.DRAFTED:
        queue(renewal, now, approval.decided_by)


def not_approved(approval: Approval, now: dt.datetime) -> None:
    renewal = _renewal(approval)
    if renewal.status == R.DRAFTED:
        move(
            renewal,
            R.WITHDRAWN,
            by=approval.decided_by,
            ended_at=now,
            sentence=approval.reason,
        )


def account_of(approval: Approval) -> SftpAccount:
    return _renewal(approval).account


def _renewal(approval: Approval) -> KeyRenewal:
    return KeyRenewal.objects.select_related(
        "key", "account__participant", "account__facility"
    ).get(pk=approval.object_pk)


def _refuse(
    account: SftpAccount, now: dt.datetime, reason: RenewalReason, overwrite: bool
) -> None:
    if reason == RenewalReason.ASKED:
        refuse_disabled(account)
    if KeyRenewal.objects.filter(account=account, status__in=OPEN).exists():
        raise _under_way()
    known = timeline_of(account)
    slots = known.on(hk_day(now))
    if slots.current is None:
        where = rules_of(account.facility.platform).registers_at
        raise Refusal(
            f"No key of {account} works at HKEX, so none can be renewed.",
            NOTHING,
            f"Register a new key {where}.",
        )
    if slots.renewed and not overwrite and reason != RenewalReason.COMPROMISED:
        raise Refusal(
            f"{account} has a renewed key already, until {slots.renewed.expires_on}.",
            NOTHING,
            "Replace it only if there is a reason: say so.",
        )


def _asks(account: SftpAccount, reason: RenewalReason) -> bool:
    policy = getattr(account, "renewal_policy", None)
    urgent = reason == RenewalReason.COMPROMISED
    return bool(policy and policy.approval_required and not urgent)


def _policy_maker(account: SftpAccount) -> User | None:
    policy = getattr(account, "renewal_policy", None)
    return policy.set_by if policy else None


def _ask(renewal: KeyRenewal, requester: User, now: dt.datetime) -> None:
    key: SshKey = renewal.key
    renewal.approval = approvals.request(
        bound.RENEWAL,
        renewal.pk,
        bound.renewal_payload(renewal.pk),
        now + APPROVE_WITHIN,
        participant=renewal.account.participant,
        subject=(
            f"renewal of [{renewal.account.login_id}] with key [{key.fingerprint_md5}]"
        ),
        requested_by=requester,
        now=now,
    )
    renewal.save(update_fields=["approval"])
    record(renewal, by=requester)


def _pending(renewal: KeyRenewal) -> list[Approval]:
    return list(
        Approval.objects.filter(
            kind=bound.RENEWAL, object_pk=renewal.pk, status=ApprovalStatus.PENDING
        )
    )


def _under_way() -> Refusal:
    return Refusal(
        "A renewal of this account is under way.",
        NOTHING,
        "Wait for its end, or withdraw it while it is queued.",
    )
