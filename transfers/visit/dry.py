"""A visit that only looks: what a fetching would take, and nothing is written of it."""

import logging
import uuid
from dataclasses import dataclass

from keys.models import SftpAccount
from keys.selectors import renewals
from portal import clock
from portal.exchange.errors import ExchangeError, Refused, TooLarge
from portal.exchange.session import Session
from transfers.models import VisitOutcome
from transfers.selectors import retrieved
from transfers.selectors.fetching import why_not
from transfers.services import visits
from transfers.services.arrivals import version
from transfers.services.refusals import Refusal
from transfers.visit import lease as leases
from transfers.visit.folders import walk
from transfers.visit.login import NobodyAnswered, log_in

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shown:
    """A file as listed; `known` is what we have of it: "", "seen", "kept", …"""

    folder: str
    name: str
    size: int | None
    known: str


def look(account_pk: uuid.UUID) -> list[Shown]:
    """List every folder, under the account's lease. Raises Refusal when it may not be
    done now."""
    account = SftpAccount.objects.select_related("facility", "participant").get(
        pk=account_pk
    )
    if why := _why_not(account):
        raise Refusal(f"{why} Nothing was done.")
    lease = leases.take(account_pk)
    if lease is None:
        raise Refusal(
            f"A worker visits {account.login_id} just now. Nothing was done. Try again "
            "when it is over."
        )
    with leases.renewed(lease):
        try:
            return _look(lease, account)
        finally:
            lease.release()


def _look(lease: leases.Held, account: SftpAccount) -> list[Shown]:
    visit = visits.begin(lease, account, clock.now())
    try:
        inside = log_in(lease, visit)
    except NobodyAnswered as no:
        visits.failed(lease, visit, no.outcome, no.sentence, clock.now())
        raise Refusal(no.sentence) from None
    try:
        with inside.session:
            found = _listed(inside.session, account)
    except ExchangeError as error:
        visits.ended(visit, VisitOutcome.BROKE, error.sentence, clock.now())
        raise Refusal(error.sentence) from None
    visits.ended(visit, VisitOutcome.DONE, "", clock.now())
    return found


def _listed(session: Session, account: SftpAccount) -> list[Shown]:
    found = []
    # The visit that fetches tells people of what it leaves out; this one only looks.
    for folder in walk(session, account, logger.warning):
        try:
            entries = [e for e in session.listdir(folder) if not e.is_folder]
        except (Refused, TooLarge):
            continue
        rows = retrieved.versions(account, folder, entries)
        known = {row.version: row.status for row in rows}
        found += [
            Shown(folder, entry.name, entry.size, known.get(version(entry), ""))
            for entry in entries
        ]
    return found


def _why_not(account: SftpAccount) -> str:
    now = clock.now()
    if renewals.login_from(account, now) > now:
        return "HKEX counts logins, and another one now would lock the account."
    return why_not(account, now)
