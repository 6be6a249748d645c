"""What a renewal needs of the next visits, and when (machine time)."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from keys import limits
from keys.models import KeyRenewal, KeyUpload, Login, LoginOutcome, SftpAccount
from keys.renewal_states import AT_HKEX, OPEN, TO_PROVE, RenewalStatus
from keys.selectors import hours
from portal import clock

R = RenewalStatus
# What begins in the last minutes would end outside the hours: an answer's time.
STAY_FOR_ANSWER, STAY_FOR_LOGIN = dt.timedelta(minutes=15), dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Due:
    """The account's open renewal, and the machine times of its next steps."""

    renewal: KeyRenewal
    upload_at: dt.datetime | None
    look_at: dt.datetime | None
    prove_at: dt.datetime | None

    @property
    def at(self) -> dt.datetime | None:
        times = [t for t in (self.upload_at, self.look_at, self.prove_at) if t]
        return min(times, default=None)


def open_renewal(account_pk: uuid.UUID) -> KeyRenewal | None:
    return (
        KeyRenewal.objects.filter(account_id=account_pk, status__in=OPEN)
        .select_related("key", "account__facility", "account__participant")
        .first()
    )


def due(account_pk: uuid.UUID, now: dt.datetime) -> Due | None:
    """`now` is business time: the exchange's hours and limits live by it."""
    renewal = open_renewal(account_pk)
    if renewal is None:
        return None
    is_queued = renewal.status == R.QUEUED
    return Due(
        renewal,
        upload_at=_real(upload_from(renewal.account, now), now) if is_queued else None,
        look_at=_look(renewal, now),
        prove_at=_proof(renewal, now),
    )


def upload_from(account: SftpAccount, now: dt.datetime) -> dt.datetime:
    """The first moment in which a key may be uploaded: hours, and uploads so far."""
    platform = account.facility.platform
    made = KeyUpload.objects.filter(
        renewal__account=account, intent_at__gt=now - limits.DAY - limits.SLACK
    ).values_list("intent_at", flat=True)
    free = limits.next_upload(platform, [at for at in made if at], now)
    return hours.opens_next(platform, free, STAY_FOR_ANSWER)


def asked_login_from(account: SftpAccount, now: dt.datetime) -> dt.datetime:
    """The first moment for a login outside of any service: to try whether it works."""
    free = login_from(account, now)
    return hours.opens_next(account.facility.platform, free, STAY_FOR_LOGIN)


def login_from(account: SftpAccount, now: dt.datetime) -> dt.datetime:
    """The first moment in which a login may be tried, of all workers together."""
    tried = (
        Login.objects.filter(
            account=account, at__gt=now - limits.FIVE_MINUTES - limits.SLACK
        )
        .exclude(outcome=LoginOutcome.NOT_REACHED)
        .values_list("at", flat=True)
    )
    return limits.next_login(account.facility.platform, tried, now)


def with_something_due(real: dt.datetime) -> QuerySet[SftpAccount]:
    """Accounts that a sweep wakes: a superset, the visit looks closer."""
    rows = KeyRenewal.objects.filter(account_id=OuterRef("pk"))
    waiting = rows.filter(
        Q(status__in=(R.QUEUED, R.UPLOADING))
        | Q(look_next_at__lte=real, status__in=AT_HKEX)
        | Q(prove_next_at__lte=real, status__in=TO_PROVE)
    )
    return SftpAccount.objects.filter(
        Exists(waiting) | Q(test_asked_at__isnull=False), is_enabled=True
    )


def _proof(renewal: KeyRenewal, now: dt.datetime) -> dt.datetime | None:
    if renewal.status not in TO_PROVE or renewal.prove_next_at is None:
        return None
    free = asked_login_from(renewal.account, now)
    return max(renewal.prove_next_at, _real(free, now))


def _look(renewal: KeyRenewal, now: dt.datetime) -> dt.datetime | None:
    """For the answer to a key: where it is closed, once it is open again."""
    if renewal.status not in AT_HKEX or renewal.look_next_at is None:
        return None
    opens = hours.opens_next(renewal.account.facility.platform, now)
    return max(renewal.look_next_at, _real(opens, now))


def _real(moment: dt.datetime, now: dt.datetime) -> dt.datetime:
    """A business moment on the machine's clock."""
    return clock.real_now() + (moment - now)
