"""Logging in: the hosts in order, the primary site first, pinned keys only."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from keys.addresses import is_loopback
from keys.models import Host, LoginOutcome, LoginPurpose, SftpAccount, SshKey
from keys.selectors.facilities import hosts_to_try, why_not_secondary
from keys.selectors.keys import KeyToUse, keys_to_try
from keys.selectors.renewals import login_from
from keys.services import claims, logins, open_private
from portal import clock
from portal.exchange import hosts as exchange
from portal.exchange import session as exchange_session
from portal.exchange.errors import (
    ExchangeError,
    HostKeyChanged,
    HostKeyUnknown,
    LoginRefused,
    SessionLost,
)
from portal.exchange.session import Session
from transfers.models import Visit, VisitOutcome
from transfers.services import facilities, visits
from transfers.visit.lease import Held
from transfers.visit.source import refuse_unregistered

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class NobodyAnswered(Exception):
    """No host let us in; `outcome` and `sentence` say why."""

    outcome: VisitOutcome
    sentence: str


@dataclass(frozen=True)
class LoggedIn:
    session: Session
    host: Host
    only_to_renew: bool = False  # with a compromised key


def log_in(lease: Held, visit: Visit, *, is_test: bool = False) -> LoggedIn:
    """A session at the first host that lets us in. Where a registration is only said,
    the other key is tried when one is refused. Raises NobodyAnswered."""
    account = visit.account
    chosen, *others = _keys(account, is_test=is_test)
    try:
        return _log_in(lease, visit, chosen)
    except NobodyAnswered as no:
        if no.outcome != VisitOutcome.LOGIN_REFUSED or not others:
            raise
        if is_test:
            claims.refused(lease, chosen.key, no.sentence, clock.now())
        if login_from(account, clock.now()) > clock.now():
            raise  # one more login would lock the account
    return _log_in(lease, visit, others[0])


def _log_in(lease: Held, visit: Visit, chosen: KeyToUse) -> LoggedIn:
    account = visit.account
    last = NobodyAnswered(
        VisitOutcome.NOT_REACHABLE,
        f"{account.facility.name} has no host that we may speak to.",
    )
    for host in in_order(account):
        lease.hold()
        visit.host = host
        _refuse_wrong_source(account, host)
        try:
            session = enter(lease, host, account, chosen.key, LoginPurpose.VISIT)
        except ExchangeError as error:
            last = NobodyAnswered(_note(lease, host, error), error.sentence)
            if isinstance(error, LoginRefused):
                break  # the next host would say the same, and count it against us
            continue
        try:
            visits.logged_in(lease, visit, host, clock.now())
            facilities.answered_at(lease, account.facility, host.site)
        except BaseException:
            session.close()
            raise
        return LoggedIn(session, host, chosen.only_to_renew)
    if last.outcome == VisitOutcome.NOT_REACHABLE:
        sentence = f"{last.sentence} {why_not_secondary(account)}".strip()
        last = NobodyAnswered(last.outcome, sentence)
    raise last


def enter(
    lease: Held, host: Host, account: SftpAccount, key: SshKey, why: LoginPurpose
) -> Session:
    """One login with one key; HKEX counts it, so it is saved before it is tried.
    Raises ExchangeError."""
    login = exchange.Login(account.login_id, open_private(key))
    row = logins.trying(lease, account, key, host, why, clock.now())
    try:
        session = _connect(host, account, login)
    except (LoginRefused, SessionLost):
        logins.ended(row, LoginOutcome.REFUSED, clock.now())
        raise
    except ExchangeError:
        logins.ended(row, LoginOutcome.NOT_REACHED, clock.now())
        raise
    try:
        logins.ended(row, LoginOutcome.LET_IN, clock.now())
    except BaseException:
        session.close()
        raise
    return session


def limits() -> exchange.Limits:
    return exchange.Limits(
        connect_seconds=settings.CONNECT_SECONDS,
        call_seconds=settings.CALL_SECONDS,
        stall_seconds=settings.STALL_SECONDS,
    )


def _connect(host: Host, account: SftpAccount, login: exchange.Login) -> Session:
    return exchange_session.connect(
        exchange.Host(host.address, host.port, host.host_key),
        login,
        source_address=account.source_address,
        limits=limits(),
    )


def _note(lease: Held, host: Host, error: ExchangeError) -> VisitOutcome:
    """What a refusal means for the host, and for the visit if no other lets us in."""
    if isinstance(error, HostKeyChanged):
        facilities.host_key_changed(lease, host, error.sentence, clock.now())
        return VisitOutcome.HOST_KEY
    if isinstance(error, HostKeyUnknown):
        facilities.host_key_unconfirmed(lease, host, error.sentence)
        return VisitOutcome.HOST_KEY
    if isinstance(error, LoginRefused):
        return VisitOutcome.LOGIN_REFUSED
    return VisitOutcome.NOT_REACHABLE


def in_order(account: SftpAccount) -> Iterator[Host]:
    for host in hosts_to_try(account):
        if settings.DEPLOYMENT == "sandbox" and not is_loopback(host.address):
            logger.error("a sandbox deployment does not speak to %s", host)
            continue
        host.facility = account.facility
        yield host


def _keys(account: SftpAccount, *, is_test: bool) -> list[KeyToUse]:
    chosen = keys_to_try(account, clock.today(), is_test=is_test)
    if not chosen:
        raise NobodyAnswered(
            VisitOutcome.NO_KEY, f"{account.login_id} has no key that may be used."
        )
    return chosen


def _refuse_wrong_source(account: SftpAccount, host: Host) -> None:
    wrong = refuse_unregistered(account, host)
    if wrong:
        raise NobodyAnswered(VisitOutcome.SOURCE, wrong)
