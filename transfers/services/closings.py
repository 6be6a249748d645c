"""Beginning and leaving a visit: whether there is work, and when the next is due."""

import datetime as dt
import uuid

from keys.models import SftpAccount
from keys.selectors import renewals
from portal import clock
from portal.activity import transaction
from transfers.models import Visit, VisitOutcome
from transfers.selectors import due, fetching
from transfers.services import visits
from transfers.services.wakes import visit_by
from transfers.visit.lease import Held
from transfers.visit.schedule import RETRY_LOGIN, retry_after

# A BROKE session may mean anything, also that HKEX ended it; the others are certain.
SHUT_OUT = (VisitOutcome.LOGIN_REFUSED, VisitOutcome.NO_KEY, VisitOutcome.SOURCE)


def is_due(account_pk: uuid.UUID) -> bool:
    """A doubled or forged message finds nothing due and does nothing (law 1)."""
    return SftpAccount.objects.filter(
        pk=account_pk, is_enabled=True, visit_due_at__lte=clock.real_now()
    ).exists()


def has_work(account: SftpAccount) -> bool:
    """A file that may be sent, folders that are wanted, a look or a step of a renewal
    that is due, or a login that was asked for; and HKEX does not count logins against
    us just now."""
    if renewals.login_from(account, clock.now()) > clock.now():
        return False
    if _may_send(account) or fetching.is_due(account, clock.now()):
        return True
    next_at = _earliest(account)
    return next_at is not None and next_at <= clock.real_now()


def leave(lease: Held) -> None:
    """Give the lease back and say when the next visit is due, in one.

    The account's row is locked first: who queues something new has either been seen
    here, or comes after us and sets the time again. Raises LeaseLost.
    """
    with transaction.atomic():
        lease.hold()
        account = (
            SftpAccount.objects.select_for_update(no_key=True, of=("self",))
            .select_related("facility")
            .get(pk=lease.account_pk)
        )
        visit_by(account.pk, _next_due(account))
        lease.release()


def _next_due(account: SftpAccount) -> dt.datetime | None:
    real = clock.real_now()
    next_at = _earliest(account)
    waiting = _may_send(account) or fetching.is_due(account, clock.now())
    if next_at is None and not waiting:
        return None
    wanted = real if waiting or next_at is None else next_at
    allowed = renewals.login_from(account, clock.now()) - clock.now()
    return max(wanted, _not_before(account, real), real + allowed)


def _earliest(account: SftpAccount) -> dt.datetime | None:
    """When the next look, the next step of a renewal, or a login that a person asked
    for is due (machine time)."""
    step = renewals.due(account.pk, clock.now())
    times = (due.next_look_at(account.pk), step.at if step else None, _test_at(account))
    return min((at for at in times if at is not None), default=None)


def _test_at(account: SftpAccount) -> dt.datetime | None:
    """It waits for the service hours, as the portal's own logins do."""
    if account.test_asked_at is None:
        return None
    now = clock.now()
    return clock.real_now() + (renewals.asked_login_from(account, now) - now)


def _may_send(account: SftpAccount) -> bool:
    if account.facility.halted_since is not None:
        return False
    return due.next_queued(account.pk, clock.now()) is not None


def _not_before(account: SftpAccount, real: dt.datetime) -> dt.datetime:
    """After a visit that failed the exchange is left alone for a while; also after
    one that a defect ended, and which therefore has no outcome."""
    last = Visit.objects.filter(account=account).order_by("-started_at").first()
    if last is None or last.outcome == VisitOutcome.DONE:
        return real
    if last.outcome in SHUT_OUT:
        return real + RETRY_LOGIN
    return real + retry_after(visits.failures_in_a_row(account))
