"""Carries an approved purge out, in batches; the records and the hashes stay.

A batch is two steps. First the rows are marked as purged, with their Activity, in one
transaction. Then each content that nothing else needs is deleted, and its key cleared.
Whoever dies between the two has lost nothing: what is marked and still has its key is
taken up again, by the same purge or by the tick.
"""

import datetime as dt
import time
import uuid

from django.conf import settings
from django.db.models import F, Q, QuerySet, Sum
from django.db.transaction import set_rollback
from django.urls import reverse

from portal import clock, files, wakeups
from portal.activity import transaction
from portal.activity.models import Status
from portal.alerts import services as alerts
from portal.alerts.models import Severity
from portal.exchange.hktime import hk_day
from portal.people.models import Participant
from portal.rows import update_in_order
from transfers import retention
from transfers.models import (
    HandOver,
    HandOverStatus,
    PurgeProposal,
    PurgeStatus,
    RetrievedFile,
)
from transfers.selectors import purges as selectors
from transfers.selectors import store
from transfers.services import purge_proposals
from transfers.services.leftovers import STALE_SECONDS

AT_A_TIME = 500
STAY = 60.0  # seconds; a visit waits for no purge longer than this
STOPPED = "purge-stopped"
S = PurgeStatus
TOO_YOUNG = (
    "Since it was approved, the time for which files are kept has become longer. "
    "Nothing younger than that is purged. Propose it again with an earlier day."
)
CHANGED = (
    "The files that it would take are not those that were approved. Nothing was "
    "purged. Propose it again, so that a second person sees what there is now."
)


class _Stop(Exception):
    """The purge ends here; the text says why."""


def tick() -> None:
    """Wake what is approved and nobody carries out, and clear what was left over."""
    real_now = clock.real_now()
    for pk in _free(real_now).values_list("pk", flat=True):
        wakeups.wake("purge", pk)
    for participant in Participant.objects.all():
        clear(participant)


def run(pk: uuid.UUID) -> None:
    """Go on with a purge for a while, unless another worker does."""
    row = _claimed(pk)
    if row is None:
        return
    until = time.monotonic() + STAY
    try:
        _check(row)
        clear(row.participant)
        while _batch(row):
            if time.monotonic() > until:
                _held(row).update(lease_until=None, holder=None)
                return
    except _Stop as why:
        _stop(row, str(why))
        return
    _finish(row)


def clear(participant: Participant) -> int:
    """Delete what is marked as purged and whose content nothing else needs; answers
    how many keys were cleared. What was stored again just now waits for a later one."""
    cleared, after = 0, ""
    left = RetrievedFile.objects.filter(
        participant=participant, purged_at__isnull=False
    ).order_by("stored_key")
    while batch := list(
        left.filter(stored_key__gt=after).values_list("pk", "stored_key")[:AT_A_TIME]
    ):
        after = batch[-1][1]
        wanted = store.wanted_keys(participant.pk, (key for _, key in batch))
        gone = [pk for pk, key in batch if key in wanted or _delete(participant, key)]
        cleared += RetrievedFile.objects.filter(
            pk__in=gone, purged_at__isnull=False
        ).update(stored_key="")
    return cleared


def _delete(participant: Participant, key: str) -> bool:
    """True when it is there no more."""
    if files.delete(participant.pk, key, STALE_SECONDS):
        return True
    try:
        files.open(participant.pk, key).close()
    except FileNotFoundError:
        return True
    return False


def _free(real_now: dt.datetime) -> QuerySet[PurgeProposal]:
    nobody = Q(lease_until=None) | Q(lease_until__lt=real_now)
    return PurgeProposal.objects.filter(nobody, status=S.APPROVED)


def _claimed(pk: uuid.UUID) -> PurgeProposal | None:
    now = clock.real_now()
    free = _free(now).filter(pk=pk)
    if not free.update(holder=uuid.uuid4(), lease_until=_lease()):
        return None
    return PurgeProposal.objects.select_related("participant").get(pk=pk)


def _lease() -> dt.datetime:
    return clock.real_now() + dt.timedelta(seconds=settings.LEASE_SECONDS)


def _held(row: PurgeProposal) -> QuerySet[PurgeProposal]:
    return PurgeProposal.objects.filter(pk=row.pk, status=S.APPROVED, holder=row.holder)


def _check(row: PurgeProposal) -> None:
    """What was approved is what there is, and old enough today. Raises _Stop."""
    today, years = hk_day(clock.now()), max(row.years, settings.RETENTION_YEARS)
    if row.before > retention.latest_before(today, years):
        raise _Stop(TOO_YOUNG)
    if row.is_checked:
        return
    found = selectors.listed(row.participant, row.before)
    if (found.files, found.sha256) != (row.files, row.list_sha256):
        raise _Stop(CHANGED)
    _held(row).update(is_checked=True)


def _batch(row: PurgeProposal) -> bool:
    """Mark and clear the next ones; False when nothing is left, or when another
    worker has the purge."""
    old = selectors.old(row.participant, row.before).order_by("pk")
    pks = list(old.values_list("pk", flat=True)[:AT_A_TIME])
    if not pks or not _mark(row, pks):
        return False
    clear(row.participant)
    return True


def _mark(row: PurgeProposal, pks: list[uuid.UUID]) -> bool:
    """Their keys stay until the contents are deleted."""
    now = clock.now()
    with transaction.atomic():
        old = selectors.old(row.participant, row.before).filter(pk__in=pks)
        size = old.aggregate(all=Sum("size"))["all"] or 0
        marked = old.update(purged_at=now)
        if not _held(row).update(
            purged=F("purged") + marked,
            purged_bytes=F("purged_bytes") + size,
            lease_until=_lease(),
        ):
            set_rollback(True)
            return False
        _drop_hand_overs(pks)
        _record_batch(row, marked, size)
    return True


def _drop_hand_overs(pks: list[uuid.UUID]) -> None:
    """What was never handed over in all the years is not any more."""
    left = HandOver.objects.filter(
        file__in=pks, status__in=[HandOverStatus.WAITING, HandOverStatus.FAILED]
    )
    update_in_order(left, status=HandOverStatus.OVER, sentence="It was purged before.")


def _finish(row: PurgeProposal) -> None:
    """Once nothing is left of it; a run that lost its lease ends nothing."""
    with transaction.atomic():
        mine = _held(row).update(
            status=S.DONE, ended_at=clock.now(), holder=None, lease_until=None
        )
        if mine:
            row.refresh_from_db(fields=["purged", "purged_bytes"])
            done = f"Purged {row.purged} files, {row.purged_bytes} bytes, all of"
            purge_proposals.record(row, done, Status.SUCCESSFUL)


def _stop(row: PurgeProposal, why: str) -> None:
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
            purge_proposals.record(row, "Stop the purge of", Status.FAILED)


def _tell(row: PurgeProposal, why: str) -> None:
    alerts.raise_(
        STOPPED,
        str(row.pk),
        participant=row.participant,
        severity=Severity.BAD,
        title=f"The purge of {row} was stopped",
        body=why,
        path=reverse("retention", args=[row.participant.code]),
        action="Open retention",
        mail=True,
    )


def _record_batch(row: PurgeProposal, number: int, size: int) -> None:
    batch = f"Purge a batch, [{number}] files and [{size}] bytes, of"
    purge_proposals.record(row, batch, Status.SUCCESSFUL)
