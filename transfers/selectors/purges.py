"""What a purge would take, and the proposals there were."""

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from portal.exchange.hktime import hk_day
from portal.people.models import Participant
from transfers import retention
from transfers.models import PurgeProposal, PurgeStatus, RetrievedFile
from transfers.selectors import store

S = PurgeStatus
SHOWN = 50
OPEN = (S.AWAITING, S.APPROVED)
WORDS = {
    S.AWAITING: ("idle", "Awaiting approval"),
    S.APPROVED: ("run", "Purging"),
    S.DONE: ("ok", "Done"),
    S.DECLINED: ("idle", "Declined"),
    S.LAPSED: ("idle", "Lapsed"),
    S.WITHDRAWN: ("idle", "Withdrawn"),
    S.STOPPED: ("bad", "Failed"),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """All that a purge would take; the hash is over each file's key, checksum, size."""

    files: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Line:
    row: PurgeProposal
    s: str
    word: str

    @property
    def percent(self) -> int:
        return 100 * self.row.purged // self.row.files if self.row.files else 0


def latest_before(now: dt.datetime) -> dt.date:
    """The last day that may be named today."""
    years: int = settings.RETENTION_YEARS
    return retention.latest_before(hk_day(now), years)


def old(participant: Participant, before: dt.date) -> QuerySet[RetrievedFile]:
    """What is in our store and was kept before a Hong Kong day."""
    return store.kept(participant).filter(kept_at__lt=retention.start_of(before))


def listed(participant: Participant, before: dt.date) -> Listed:
    """Reads every one of them."""
    digest, files, size = hashlib.sha256(), 0, 0
    rows = old(participant, before).order_by("pk").values_list("pk", "sha256", "size")
    for pk, sha256, length in rows.iterator(2000):
        digest.update(f"{pk.hex} {sha256} {length}\n".encode())
        files, size = files + 1, size + length
    return Listed(files, size, digest.hexdigest().upper())


def proposals(participant: Participant) -> list[Line]:
    rows = PurgeProposal.objects.filter(participant=participant)
    newest = rows.select_related("proposed_by").order_by("-proposed_at", "-pk")
    return [Line(row, *WORDS[S(row.status)]) for row in newest[:SHOWN]]


def one(participant: Participant, pk: uuid.UUID) -> PurgeProposal | None:
    rows = PurgeProposal.objects.filter(participant=participant, pk=pk)
    return rows.select_related("participant", "proposed_by").first()
