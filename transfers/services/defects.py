"""A defect of ours that one file or one visit brought out: logged whole, told to a
person, and contained, so that neighbours and submissions go on."""

import contextlib
import datetime as dt
import logging
import uuid
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError
from django.db.models import F

from keys.models import SftpAccount
from portal.activity import transaction
from portal.alerts import services as alerts
from portal.alerts.models import Severity
from portal.exchange.errors import ExchangeError, printable
from transfers.models import (
    Fetching,
    RetrievedFile,
    RetrievedStatus,
    Visit,
    VisitOutcome,
)
from transfers.selectors.retrieved import UNKEPT
from transfers.services import risks
from transfers.visit.lease import Held, LeaseLost
from transfers.visit.schedule import retry_file_after, retry_round_after

logger = logging.getLogger(__name__)
# The lease, the line and the database are no file's own: they end a visit.
NOT_ITS_OWN = (LeaseLost, ExchangeError, OperationalError, InterfaceError)
FILE, CRASHED = "file-defect", "visit-crashed"
TELL = "Tell those who run the portal: the worker’s log says where it failed."
UNRECORDED = "Recording it failed by a defect of the portal."
ENDED = "A defect of the portal ended the visit."
DAY = dt.timedelta(days=1)


@contextlib.contextmanager
def contained(name: str, told: list[str]) -> Iterator[None]:
    """What one name brings out is logged whole and told of; its neighbours go on."""
    try:
        yield
    except NOT_ITS_OWN:
        raise
    except Exception:  # one name of a listing must not hide the others
        logger.exception("a listed name could not be noted")
        told.append(f"{printable(name, 80)} (a defect of the portal)")


def unread(lease: Held, row: RetrievedFile, error: Exception) -> None:
    """Its text could not be read for an unforeseen reason; it is kept all the same."""
    logger.error("%s could not be read", row.pk, exc_info=error)
    with transaction.atomic():
        lease.hold()
        _tell(row, f"What it says could not be read. It is kept. {TELL}")


def unrecorded(
    lease: Held, row: RetrievedFile, error: Exception, now: dt.datetime
) -> None:
    """What came of it could not be recorded: it waits, longer and longer."""
    logger.error("%s could not be recorded", row.pk, exc_info=error)
    again = now + retry_file_after(row.tries + 1, row.removed_at - now)
    sentence = f"{UNRECORDED} It is tried again by itself at {risks.when(again, now)}."
    with transaction.atomic():
        lease.hold()
        RetrievedFile.objects.filter(pk=row.pk, status__in=UNKEPT).update(
            status=RetrievedStatus.SEEN,
            tries=F("tries") + 1,
            fetch_after=again,
            sentence=sentence,
        )
        _tell(row, f"{sentence} {TELL}")


def recorded(row: RetrievedFile) -> None:
    """What could not be recorded before is kept now."""
    alerts.resolve(FILE, str(row.pk), participant=row.participant)


def crashed(lease: Held, now: dt.datetime) -> None:
    """A visit ended by a defect: said, and its fetching put off, so that what is
    queued meanwhile is not kept waiting by the same defect. Raises LeaseLost."""
    account = _account(lease.account_pk)
    with transaction.atomic():
        lease.hold()
        Visit.objects.filter(account=account, fence=lease.fence, ended_at=None).update(
            outcome=VisitOutcome.BROKE, sentence=ENDED, ended_at=now
        )
        found, _ = Fetching.objects.get_or_create(account=account)
        Fetching.objects.filter(pk=found.pk).update(
            failures=F("failures") + 1,
            not_before=now + retry_round_after(found.failures + 1, DAY),
            sentence=ENDED,
        )
        _tell_of_crash(account)


def ended_well(account: SftpAccount) -> None:
    """A visit without a defect; not while fetching is still put off, for then it was
    not tried."""
    if not Fetching.objects.filter(account=account, sentence=ENDED).exists():
        alerts.resolve(CRASHED, str(account.pk), participant=account.participant)


def _account(pk: uuid.UUID) -> SftpAccount:
    return SftpAccount.objects.select_related("facility", "participant").get(pk=pk)


def _tell(row: RetrievedFile, body: str) -> None:
    alerts.raise_(
        FILE,
        str(row.pk),
        participant=row.participant,
        severity=Severity.BAD,
        title=f"{printable(row.name, 100)} brought out a defect of the portal",
        body=body,
        path=risks.page_of(row.participant),
        action="See the files",
        mail=True,
    )


def _tell_of_crash(account: SftpAccount) -> None:
    alerts.raise_(
        CRASHED,
        str(account.pk),
        participant=account.participant,
        severity=Severity.BAD,
        title=f"A visit of {account.login_id} was ended by a defect",
        body=f"{ENDED} What was not done at {account.facility.name} is tried again by "
        f"itself, submissions first. {TELL}",
        path=risks.page_of(account.participant),
        action="See why",
        mail=True,
    )
