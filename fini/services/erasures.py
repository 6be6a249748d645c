"""Carries an approved erasure out, 500 records a transaction; the records stay.

Before the first, the batches that it takes are found anew, held against what was
approved, and marked as this erasure's, in one transaction: a batch that ends later
or is resolved later is not in it. Whoever dies on the way has lost nothing: what has
no person any more is not looked at again.
"""

import datetime as dt
import time
import uuid

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.transaction import set_rollback
from django.urls import reverse

from fini import keeping
from fini.models import Batch, EipoSubscription, Erasure, ErasureStatus
from fini.selectors import erasures as selectors
from fini.services import erasure_proposals as proposals
from portal import clock, fanout, wakeups
from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.alerts import services as alerts
from portal.alerts.models import Severity
from portal.exchange.hktime import hk_day

AT_A_TIME = 500
STAY = 60.0  # seconds; a sending waits for no erasure longer than this
STOPPED = "fini-erasure-stopped"
S = ErasureStatus
TOO_YOUNG = (
    "Since it was approved, the time for which personal data are kept has become "
    "longer. Nothing younger than that is erased. Propose it again with an earlier day."
)
CHANGED = (
    "The batches that it would take are not those that were approved. Nothing was "
    "erased. Propose it again, so that a second person sees what there is now."
)


class _Stop(Exception):
    """The erasure ends here; the text says why."""


def tick() -> None:
    """Wake what is approved and nobody carries out."""
    for pk in _free(clock.real_now()).values_list("pk", flat=True):
        wakeups.wake(proposals.WAKE, pk)


def run(pk: uuid.UUID) -> None:
    """Go on with an erasure for a while, unless another worker does."""
    row = _claimed(pk)
    if row is None:
        return
    until = time.monotonic() + STAY
    try:
        _check(row)
    except _Stop as why:
        _stop(row, str(why))
        return
    while batch := row.taken.filter(purged_at=None).order_by("number").first():
        if not _erase_some(row, batch):
            return  # another worker has it
        if time.monotonic() > until:
            _held(row).update(lease_until=None, holder=None)
            return
    _finish(row)


def _free(real_now: dt.datetime) -> QuerySet[Erasure]:
    nobody = Q(lease_until=None) | Q(lease_until__lt=real_now)
    return Erasure.objects.filter(nobody, status=S.APPROVED)


def _claimed(pk: uuid.UUID) -> Erasure | None:
    holder, free = uuid.uuid4(), _free(clock.real_now()).filter(pk=pk)
    if not free.update(holder=holder, lease_until=_lease()):
        return None
    rows = Erasure.objects.select_related("participant")
    return rows.filter(pk=pk, holder=holder).first()


def _lease() -> dt.datetime:
    return clock.real_now() + dt.timedelta(seconds=settings.LEASE_SECONDS)


def _held(row: Erasure) -> QuerySet[Erasure]:
    return Erasure.objects.filter(pk=row.pk, status=S.APPROVED, holder=row.holder)


def _check(row: Erasure) -> None:
    """What was approved is what there is, and old enough today. Raises _Stop."""
    days = max(row.days, settings.FINI_PERSONAL_DAYS)
    if row.before > keeping.latest_before(hk_day(clock.now()), days):
        raise _Stop(TOO_YOUNG)
    if row.is_checked:
        return
    with transaction.atomic():
        selectors.old(row.participant, row.before).update(erasure=row)
        found = selectors.listed(Batch.objects.filter(erasure=row))
        if (found.batches, found.sha256) != (row.batches, row.list_sha256):
            raise _Stop(CHANGED)  # and nothing is marked
        _held(row).update(is_checked=True)


def _erase_some(row: Erasure, batch: Batch) -> bool:
    """The next records of a batch, or its end; False when the lease was lost."""
    people = EipoSubscription.objects.filter(batch=batch).exclude(sealed_person=b"")
    pks = list(people.order_by("row").values_list("pk", flat=True)[:AT_A_TIME])
    with transaction.atomic():
        number = EipoSubscription.objects.filter(pk__in=pks).update(
            sealed_person=b"", number_hash=b""
        )
        mine = _held(row).update(erased=F("erased") + number, lease_until=_lease())
        if not mine:
            set_rollback(True)
            return False
        if len(pks) < AT_A_TIME:
            _end(batch, row)
        fanout.tell(row.participant.pk, None, proposals.TOPICS[:1])
    return True


def _end(batch: Batch, row: Erasure) -> None:
    """No record of it has a person any more."""
    Batch.objects.filter(pk=batch.pk).update(sealed_file=b"", purged_at=clock.now())
    activity.append(
        row.participant,
        Kind.PERSONAL,
        Endpoint.API,
        f"Erase the people of [{batch}], as in [{row}]",
        Status.SUCCESSFUL,
        refs={"erasure": str(row.pk), "batch": str(batch.pk)},
        topics=proposals.TOPICS[:1],
    )


def _finish(row: Erasure) -> None:
    """Once nothing is left of it; a run that lost its lease ends nothing."""
    with transaction.atomic():
        mine = _held(row).update(
            status=S.DONE, ended_at=clock.now(), holder=None, lease_until=None
        )
        if mine:
            row.refresh_from_db(fields=["erased"])
            done = f"Erased {row.erased} people, all of"
            proposals.record(row, done, Status.SUCCESSFUL)


def _stop(row: Erasure, why: str) -> None:
    with transaction.atomic():
        mine = _held(row).update(
            status=S.STOPPED,
            ended_at=clock.now(),
            sentence=why,
            holder=None,
            lease_until=None,
        )
        if mine:
            _tell(row, why)
            proposals.record(row, "Stop erasing", Status.FAILED)


def _tell(row: Erasure, why: str) -> None:
    alerts.raise_(
        STOPPED,
        str(row.pk),
        participant=row.participant,
        severity=Severity.BAD,
        title=f"Erasing the {row} was stopped",
        body=why,
        path=reverse("fini_erasures", args=[row.participant.code]),
        action="Open erasure",
        mail=True,
    )
