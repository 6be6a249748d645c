"""The last act of a visit: log in with the new key, under the same lease."""

import logging

from keys.models import KeyRenewal, LoginPurpose, SftpAccount
from keys.selectors import renewals
from keys.services import proofs
from portal import clock
from portal.exchange.errors import ExchangeError, LoginRefused
from portal.stopping import is_stopping
from transfers.visit.lease import Held
from transfers.visit.login import enter, in_order

logger = logging.getLogger(__name__)


def prove(lease: Held, account: SftpAccount) -> None:
    """Nothing, unless a new key is to be tried now. The session of the old one is
    over: HKEX knows one session an account."""
    step = renewals.due(account.pk, clock.now())
    if is_stopping() or step is None or step.prove_at is None:
        return
    if step.prove_at <= clock.real_now():
        _try(lease, account, step.renewal)


def _try(lease: Held, account: SftpAccount, renewal: KeyRenewal) -> None:
    for host in in_order(account):
        lease.hold()
        try:
            with enter(lease, host, account, renewal.key, LoginPurpose.PROOF) as inside:
                inside.probe()
        except LoginRefused as error:
            proofs.refused(lease, renewal, error.sentence, clock.now())
            return
        except ExchangeError as error:
            logger.warning("the new key of %s: %s", account, error.sentence)
            continue
        proofs.proved(lease, renewal, clock.now())
        return
    proofs.put_off(lease, renewal)
