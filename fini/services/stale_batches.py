"""Batches that nobody sends are withdrawn after some days: they hold people."""

import datetime as dt

from django.conf import settings

from fini.models import Batch
from fini.services import batch_moves
from fini.states import BatchStatus, MoveNotAllowed
from portal.activity import transaction

LEFT = (BatchStatus.UPLOADED, BatchStatus.CHECKED)


def withdraw_stale(now: dt.datetime) -> int:
    """Those made longer ago than FINI_DRAFT_DAYS; answers how many those were."""
    before = now - dt.timedelta(days=settings.FINI_DRAFT_DAYS)
    stale = Batch.objects.filter(status__in=LEFT, created_at__lt=before)
    rows = stale.select_related("participant").defer("sealed_file")[:100]
    return sum(_withdraw(batch, now) for batch in rows)


def _withdraw(batch: Batch, now: dt.datetime) -> bool:
    sentence = f"Nobody sent it within {settings.FINI_DRAFT_DAYS} days."
    try:
        with transaction.atomic():
            batch_moves.move(
                *(batch, BatchStatus.WITHDRAWN, "Withdraw"),
                ended_at=now,
                sealed_file=b"",
                sentence=sentence,
            )
    except MoveNotAllowed:
        return False  # somebody goes on with it just now
    return True
