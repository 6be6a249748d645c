"""Asking for a visit: the row first, the message after commit (law 3)."""

import datetime as dt
import uuid

from keys.models import SftpAccount
from portal import clock, wakeups


def visit_soon(account_pk: uuid.UUID) -> None:
    """Due now, and woken after commit."""
    SftpAccount.objects.filter(pk=account_pk).update(visit_due_at=clock.real_now())
    wakeups.wake("visit", account_pk)


def visit_by(account_pk: uuid.UUID, at: dt.datetime | None) -> None:
    """Due at a machine time (None: not at all); the sweep wakes it then."""
    SftpAccount.objects.filter(pk=account_pk).update(visit_due_at=at)
