"""Asking for a visit to an account: a due time that the sweep finds, and a nudge."""

import uuid

from keys.models import Platform, SftpAccount
from portal import clock, wakeups
from portal.rows import update_in_order


def visit_soon(account_pk: uuid.UUID) -> None:
    """In the caller's transaction; the visits' worker is woken after it commits."""
    SftpAccount.objects.filter(pk=account_pk).update(visit_due_at=clock.real_now())
    wakeups.wake("visit", account_pk)


def visits_by_new_hours() -> None:
    """Whoever waits for RAP or RRS to open looks again: the calendar has changed. The
    visit finds for itself what is due by now, and when the next one is."""
    kept = (Platform.RAP, Platform.RRS)
    waiting = SftpAccount.objects.filter(
        facility__platform__in=kept, visit_due_at__gt=clock.real_now()
    )
    update_in_order(waiting, visit_due_at=clock.real_now())
