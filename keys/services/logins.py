"""Logins as rows: saved before they are tried, because the exchange counts them."""

import datetime as dt

from keys.models import (
    Host,
    Login,
    LoginOutcome,
    LoginPurpose,
    SftpAccount,
    SshKey,
)
from keys.selectors.readiness import SOURCE
from keys.services import claims, notices
from keys.services.leases import Lease
from portal.activity import transaction


def trying(
    lease: Lease,
    account: SftpAccount,
    key: SshKey,
    host: Host,
    purpose: LoginPurpose,
    now: dt.datetime,
) -> Login:
    with transaction.atomic():
        lease.hold()
        return Login.objects.create(
            account=account, key=key, host=host, purpose=purpose, at=now
        )


def test_begun(account: SftpAccount) -> bool:
    """A visit begins: whether it is a test that was asked for, whatever comes of it."""
    if account.test_asked_at is None:
        return False
    SftpAccount.objects.filter(pk=account.pk).update(test_asked_at=None)
    account.test_asked_at = None
    return True


def ended(login: Login, outcome: LoginOutcome, now: dt.datetime) -> None:
    """Also under a lease that was lost: the exchange has counted it. The first login
    with a key proves it."""
    Login.objects.filter(pk=login.pk).update(outcome=outcome)
    if outcome == LoginOutcome.LET_IN and login.key_id:
        claims.proved(login.key_id, now)


def wrong_source(account: SftpAccount, source: str, registered: list[str]) -> None:
    with transaction.atomic():
        notices.wrong_source(account, source, registered)


def right_source(account: SftpAccount) -> None:
    notices.resolve(SOURCE, account)
