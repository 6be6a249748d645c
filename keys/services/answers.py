"""HKEX's answers to key uploads: kept as they came, and what each makes of one."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings

from keys import key_files
from keys.key_files import AnswerName
from keys.login_ids import key_file_name
from keys.models import KeyRenewal, KeyResult, SftpAccount, SshKey, Taken
from keys.renewal_states import AT_HKEX, RenewalStatus
from keys.selectors.timelines import timeline_of
from keys.services import exchange_warnings, notices, uploads
from keys.services.accounts import locked
from keys.services.leases import Lease
from keys.services.moves import move
from portal import clock
from portal.activity import transaction
from portal.exchange.hktime import hk_day

R = RenewalStatus


@dataclass(frozen=True, slots=True)
class Found:
    """A result file as read from the key folder."""

    file_name: str
    name: AnswerName
    content: bytes
    modified_at: dt.datetime | None


def is_known(account: SftpAccount, file_name: str, day: dt.date) -> bool:
    return KeyResult.objects.filter(account=account, name=file_name, day=day).exists()


def keep(lease: Lease, account: SftpAccount, found: Found, now: dt.datetime) -> None:
    """Store it once, and settle the renewal that it answers."""
    with transaction.atomic():
        lease.hold()
        account = locked(account.pk)
        renewal = _answered(account, found, now)
        made_at = _made_at(renewal, found, now)
        _, is_new = KeyResult.objects.get_or_create(
            account=account,
            name=found.file_name,
            day=hk_day(found.modified_at or made_at),
            defaults={
                "renewal": renewal,
                "is_success": found.name.is_success,
                "content": found.content,
                "seen_at": now,
            },
        )
        if not is_new:
            return
        if renewal is None:
            notices.stranger_result(account, found.file_name)
        elif renewal.status in AT_HKEX:
            _settle(renewal, found, made_at, now)


def looked(lease: Lease, renewal: KeyRenewal, now: dt.datetime) -> None:
    """Set the next look; with the deadline passed it is unconfirmed."""
    with transaction.atomic():
        lease.hold()
        row = _fresh(renewal)
        real = clock.real_now()
        is_late = row.look_until is not None and row.look_until <= real
        if row.status == R.AWAITING_RESULT and is_late:
            minutes = settings.RESULT_DEADLINE_SECONDS / 60
            told = f"No result has come in {minutes:g} minutes."
            uploads.leave_unconfirmed(row, told)
        elif row.status in AT_HKEX:
            KeyRenewal.objects.filter(pk=row.pk).update(look_next_at=_next(row, real))


def take_renewed(renewal: KeyRenewal, at: dt.datetime) -> SshKey:
    """HKEX has the key since this moment: an event of the account's timeline. The
    caller holds the account's row."""
    key, account = renewal.key, renewal.account
    if key.registered_on is None:
        before = timeline_of(account).on(hk_day(at)).renewed
        if before:
            SshKey.objects.filter(
                account=account, fingerprint_md5=before.fingerprint
            ).update(overwritten_on=hk_day(at))
        key.registered_on, key.taken = hk_day(at), Taken.RENEWED
        # HKEX tells whole seconds: its answer may seem older than our OPEN was.
        key.taken_at = max(at, renewal.opened_at or at)
        key.save(update_fields=["registered_on", "taken", "taken_at"])
    return key


def _answered(
    account: SftpAccount, found: Found, now: dt.datetime
) -> KeyRenewal | None:
    """The latest upload that was opened before this answer."""
    named = found.name.original or key_files.original_in(found.content)
    if named and named != key_file_name(account.login_id):
        return None
    rows = (
        KeyRenewal.objects.filter(account=account, opened_at__isnull=False)
        .exclude(status=R.QUEUED)
        .select_related("key", "account__participant", "account__facility")
        .order_by("-opened_at")[:20]
    )
    for row in rows:
        if row.opened_at and key_files.may_answer(found.name, row.opened_at, now):
            return row
    return None


def _made_at(renewal: KeyRenewal | None, found: Found, now: dt.datetime) -> dt.datetime:
    if renewal is None or renewal.opened_at is None:
        return found.modified_at or now
    return key_files.moment(found.name, renewal.opened_at)


def _settle(
    renewal: KeyRenewal, found: Found, made_at: dt.datetime, now: dt.datetime
) -> None:
    platform = renewal.account.facility.platform
    if not found.name.is_success:
        code, reason = key_files.rejection(platform, found.content)
        told = f"{code} {reason}".strip() or "rejected, without a reason"
        sentence = f"HKEX answered {told}."
        notices.resolve(notices.UNCONFIRMED, renewal.account)
        notices.rejected(renewal, sentence)
        exchange_warnings.settled(renewal)
        move(
            renewal,
            R.REJECTED,
            ended_at=now,
            sentence=sentence,
            rejection_code=code[:5],
            rejection_reason=reason,
        )
    elif fault := _other_fingerprint(renewal, found):
        if renewal.status == R.UNCONFIRMED:
            notices.unconfirmed(renewal, fault)
        else:
            uploads.leave_unconfirmed(renewal, fault)
    else:
        take_renewed(renewal, made_at)
        move(
            renewal,
            R.ANSWERED,
            answered_at=made_at,
            prove_next_at=clock.real_now(),
            sentence="",
        )


def _other_fingerprint(renewal: KeyRenewal, found: Found) -> str:
    """Empty when it is ours. RRS's result need not name one (Guide B §6)."""
    told = key_files.fingerprint_in(found.content)
    if told == renewal.key.fingerprint_md5:
        return ""
    if not told and renewal.account.facility.platform == "RRS":
        return ""
    return (
        f"HKEX’s result {found.file_name} names the fingerprint "
        f"{told or 'nothing readable'}, and ours is {renewal.key.fingerprint_md5}."
    )


def _fresh(renewal: KeyRenewal) -> KeyRenewal:
    return (
        KeyRenewal.objects.select_for_update(no_key=True, of=("self",))
        .select_related("key", "account__participant", "account__facility")
        .get(pk=renewal.pk)
    )


def _next(row: KeyRenewal, real: dt.datetime) -> dt.datetime | None:
    if row.look_until is None or (
        row.status == R.UNCONFIRMED and row.look_until <= real
    ):
        return None
    waited = real - row.look_until + _span(row)
    quick = waited.total_seconds() < settings.RESULT_QUICK_FOR_SECONDS
    every = settings.RESULT_EVERY_SECONDS
    if not quick or row.status == R.UNCONFIRMED:
        every = settings.RESULT_THEN_EVERY_SECONDS
    return real + dt.timedelta(seconds=every)


def _span(row: KeyRenewal) -> dt.timedelta:
    return dt.timedelta(seconds=settings.RESULT_DEADLINE_SECONDS)
