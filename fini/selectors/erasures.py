"""What an erasure would take, and the ones there were."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from fini import keeping
from fini.models import Batch, EipoSubscription, Erasure, ErasureStatus
from fini.states import BatchStatus, SubscriptionStatus
from portal.exchange.hktime import hk_day
from portal.people.models import Participant

S = ErasureStatus
SHOWN = 50
OPEN = (S.AWAITING, S.APPROVED)
WORDS = {
    S.AWAITING: ("idle", "Awaiting approval"),
    S.APPROVED: ("run", "Erasing"),
    S.DONE: ("ok", "Done"),
    S.DECLINED: ("idle", "Declined"),
    S.LAPSED: ("idle", "Lapsed"),
    S.WITHDRAWN: ("idle", "Withdrawn"),
    S.STOPPED: ("bad", "Failed"),
}
OVER = (
    BatchStatus.ENDED,
    BatchStatus.UNREADABLE,
    BatchStatus.DECLINED,
    BatchStatus.WITHDRAWN,
    BatchStatus.LAPSED,
)
# FINI may still be asked about these, or told of them.
UNDER_WAY = (
    SubscriptionStatus.QUEUED,
    SubscriptionStatus.SENT,
    SubscriptionStatus.UNCONFIRMED,
)


@dataclass(frozen=True, slots=True)
class Listed:
    """All that an erasure would take; the hash is over each batch's key, what it has
    of hashes, and its end."""

    batches: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Line:
    row: Erasure
    s: str
    word: str

    @property
    def percent(self) -> int:
        return 100 * self.row.erased // self.row.records if self.row.records else 0


def latest_before(now: dt.datetime) -> dt.date:
    """The last day that may be named today."""
    days: int = settings.FINI_PERSONAL_DAYS
    return keeping.latest_before(hk_day(now), days)


def old(participant: Participant, before: dt.date) -> QuerySet[Batch]:
    """Over before a Hong Kong day, not erased yet, and nothing of it under way."""
    under_way = EipoSubscription.objects.filter(
        batch=OuterRef("pk"), status__in=UNDER_WAY
    )
    return Batch.objects.filter(
        ~Exists(under_way),
        participant=participant,
        status__in=OVER,
        ended_at__lt=keeping.start_of(before),
        purged_at=None,
    )


def listed(batches: QuerySet[Batch]) -> Listed:
    """Reads the batches, and none of their records."""
    digest, number = hashlib.sha256(), 0
    fields = ("pk", "file_sha256", "records_sha256", "ended_at")
    for pk, *hashes, ended_at in batches.order_by("pk").values_list(*fields):
        digest.update(_line(pk, hashes, ended_at))
        number += 1
    return Listed(number, digest.hexdigest().upper())


def people(batches: QuerySet[Batch]) -> int:
    """How many of their records still have a person; reads them all."""
    rows = EipoSubscription.objects.filter(batch__in=batches)
    return rows.exclude(sealed_person=b"").count()


def _line(pk: uuid.UUID, hashes: Iterable[str], ended_at: dt.datetime) -> bytes:
    words = [pk.hex, *(one or "-" for one in hashes), ended_at.isoformat()]
    return f"{' '.join(words)}\n".encode()


def all_of(participant: Participant) -> list[Line]:
    """The newest first."""
    rows = Erasure.objects.filter(participant=participant)
    newest = rows.select_related("proposed_by").order_by("-proposed_at", "-pk")
    return [Line(row, *WORDS[S(row.status)]) for row in newest[:SHOWN]]


def one(participant: Participant, pk: uuid.UUID) -> Erasure | None:
    """None for another participant's."""
    rows = Erasure.objects.filter(participant=participant, pk=pk)
    return rows.select_related("participant", "proposed_by").first()


def waiting_longest(participant: Participant) -> dt.datetime | None:
    """When the oldest batch ended whose people are still here."""
    kept = Batch.objects.filter(participant=participant, purged_at=None)
    ends = kept.filter(status__in=OVER, ended_at__isnull=False).order_by("ended_at")
    return ends.values_list("ended_at", flat=True).first()
