"""One visit after another while there is work: take the lease, log in once, do it
all, look for answers while they are near, log out, give the lease back."""

import contextlib
import logging
import time
import uuid

from django.db import DatabaseError, InterfaceError, OperationalError

from keys.models import SftpAccount
from keys.services import logins, uploads
from portal import clock
from portal.exchange.errors import ExchangeError
from portal.stopping import is_stopping
from transfers.models import VisitOutcome
from transfers.selectors import due, fetching
from transfers.services import closings, defects, fetches, recoveries, rounds, visits
from transfers.visit import lease as leases
from transfers.visit.delivery import deliver
from transfers.visit.fetching import Round
from transfers.visit.lease import Held, LeaseLost
from transfers.visit.login import LoggedIn, NobodyAnswered, log_in
from transfers.visit.looking import look
from transfers.visit.proving import prove
from transfers.visit.renewing import next_answer_at, read_key_folder, renew
from transfers.visit.schedule import STAY_FOR

logger = logging.getLogger(__name__)
NEW_WORK_EVERY = 1.0  # seconds between looks at the table while waiting


def run(account_pk: uuid.UUID) -> None:
    """Do what is due at the account. Where another holds the lease, nothing: what is
    new is seen by the visit under way, or by the next, before or after it leaves."""
    while not is_stopping() and closings.is_due(account_pk):
        lease = leases.take(account_pk)
        if lease is None:
            return
        with leases.renewed(lease):
            try:
                _visit(lease)
            except LeaseLost:
                logger.warning("the visit to account %s is over", account_pk)
                return
            except (OperationalError, InterfaceError):
                raise  # no defect of ours, and nothing could be written of it
            except Exception:
                _tell_of_crash(lease)
                raise
            finally:
                _leave(lease)


def _tell_of_crash(lease: Held) -> None:
    """The crash itself is what is raised and logged, also when this fails."""
    try:
        defects.crashed(lease, clock.now())
    except (LeaseLost, DatabaseError):
        logger.warning("nobody could be told that a visit was ended by a defect")


def _leave(lease: Held) -> None:
    with contextlib.suppress(LeaseLost):
        closings.leave(lease)


def _visit(lease: Held) -> None:
    recoveries.recover_before(lease, clock.now())
    uploads.recover_before(lease, clock.now())
    fetches.recover_before(lease)
    account = SftpAccount.objects.select_related("facility", "participant").get(
        pk=lease.account_pk
    )
    if not closings.has_work(account):
        return
    visit = visits.begin(lease, account, clock.now())
    is_test = logins.test_begun(account)
    try:
        inside = log_in(lease, visit, is_test=is_test)
    except NobodyAnswered as no:
        visits.failed(lease, visit, no.outcome, no.sentence, clock.now())
        _put_off_fetching(lease, account, no.sentence)
        if no.outcome in closings.SHUT_OUT:
            prove(lease, account)  # the new key may be the one that is let in
        return
    with inside.session:
        outcome, sentence = _work(lease, account, inside)
    visits.ended(visit, outcome, sentence, clock.now())
    if outcome == VisitOutcome.DONE:
        defects.ended_well(account)
        prove(lease, account)
    elif outcome == VisitOutcome.BROKE:
        _put_off_fetching(lease, account, sentence)


def _put_off_fetching(lease: Held, account: SftpAccount, sentence: str) -> None:
    """It does not press like a submission: the exchange is left alone for longer."""
    if fetching.is_due(account, clock.now()):
        rounds.put_off(lease, account, sentence, clock.now())


def _work(
    lease: Held, account: SftpAccount, inside: LoggedIn
) -> tuple[VisitOutcome, str]:
    fetching_round = Round(lease, inside.session, account)
    try:
        while _one_thing(lease, account, inside, fetching_round):
            pass
        read_key_folder(lease, inside.session, account)
    except ExchangeError as error:
        logger.warning("visit of %s: %s", account, error.sentence)
        return VisitOutcome.BROKE, error.sentence
    except LeaseLost:
        return VisitOutcome.LEASE_LOST, ""
    return VisitOutcome.DONE, ""


def _one_thing(
    lease: Held, account: SftpAccount, inside: LoggedIn, fetching_round: Round
) -> bool:
    """Look, send one file, fetch a few, or wait a little, in this order; False when
    it is time to leave."""
    if lease.lost.is_set():
        raise LeaseLost(str(lease.account_pk))
    look_at = due.next_look_at(account.pk)
    if look_at is not None and look_at <= clock.real_now():
        look(lease, inside.session, account)
        return True
    if is_stopping():
        return False
    if account.facility.halted_since is None:
        submission = due.next_queued(account.pk, clock.now())
        if submission is not None and not inside.only_to_renew:
            deliver(lease, inside.session, inside.host, submission)
            return True
        if renew(lease, inside.session, inside.host, account):
            return True
        if not inside.only_to_renew and fetching_round.step():
            return True
    return _wait(account)


def _wait(account: SftpAccount) -> bool:
    """Until the next answer is looked for or something new may be there."""
    times = (due.next_answer_at(account.pk), next_answer_at(account.pk))
    answer_at = min((at for at in times if at is not None), default=None)
    if answer_at is None or answer_at - clock.real_now() > STAY_FOR:
        return False
    left = (answer_at - clock.real_now()).total_seconds()
    time.sleep(min(max(left, 0.0), NEW_WORK_EVERY))
    return True
