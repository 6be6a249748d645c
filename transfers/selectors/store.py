"""How much is kept, how fast it grows, how much room is left; what is still wanted."""

import datetime as dt
import shutil
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear

from portal.exchange.hktime import HONG_KONG
from portal.pages.words import megabytes
from portal.people.guards import Acting
from portal.people.models import Participant, Role
from transfers.models import (
    FileUpload,
    RetrievedFile,
    RetrievedStatus,
    StoreMeasure,
    Submission,
    UploadStatus,
)

MAY_SEE = frozenset({Role.ADMIN, Role.COMPLIANCE})
GROWTH = dt.timedelta(days=30)
GIGABYTE = 1_000_000_000
FAR = 36_500  # days: "never", as far as a person plans


@dataclass(frozen=True, slots=True)
class Room:
    """Of the file system that holds FILES_ROOT, in bytes."""

    total: int
    free: int

    @property
    def percent_free(self) -> int:
        return 100 * self.free // self.total if self.total else 0

    @property
    def is_tight(self) -> bool:
        low: int = settings.STORE_FREE_GIGABYTES * GIGABYTE
        return self.percent_free < settings.STORE_FREE_PERCENT or self.free < low


@dataclass(frozen=True, slots=True)
class Counted:
    files: int
    bytes: int
    grown: int
    years: list[tuple[int, int, int]]  # (year of keeping, files, bytes), oldest first


def gigabytes(size: int) -> str:
    """1,234.5 GB; as elsewhere what is under one."""
    return f"{size / GIGABYTE:,.1f} GB" if size >= GIGABYTE else megabytes(size)


def room() -> Room | None:
    """None when the store does not answer."""
    try:
        usage = shutil.disk_usage(Path(settings.FILES_ROOT))
    except OSError:
        return None
    return Room(usage.total, usage.free)


def days_until_full(room: Room, grown: int) -> int | None:
    """At the pace of the last 30 days; None when it does not grow to speak of."""
    if grown <= 0:
        return None
    days = room.free * GROWTH.days // grown
    return days if days < FAR else None


def counted(participant: Participant, now: dt.datetime) -> Counted:
    """Reads every row: for a worker, not for a page."""
    since = now - GROWTH
    received = kept(participant)
    submitted = Submission.objects.filter(participant=participant)
    files, size, new = _contents(received, Q(kept_at__gte=since))
    _, sent, sent_new = _contents(submitted, Q(created_at__gte=since))
    return Counted(files, size + sent, new + sent_new, _years(received))


def kept(participant: Participant) -> QuerySet[RetrievedFile]:
    """What is in our store."""
    return RetrievedFile.objects.filter(
        participant=participant, status=RetrievedStatus.KEPT, purged_at=None
    )


def measured(participant: Participant) -> StoreMeasure | None:
    return StoreMeasure.objects.filter(participant=participant).first()


def wanted_keys(participant: uuid.UUID, keys: Iterable[str]) -> set[str]:
    """Those of the contents that a submission, a whole upload or a received file
    still needs: the store has one of each, however many rows name it."""
    listed = [key for key in keys if key]
    asked: list[QuerySet[FileUpload] | QuerySet[Submission] | QuerySet[RetrievedFile]]
    asked = [
        Submission.objects.all(),
        FileUpload.objects.filter(status=UploadStatus.COMPLETE),
        RetrievedFile.objects.filter(purged_at=None),
    ]
    found: set[str] = set()
    for rows in asked:
        mine = rows.filter(participant=participant, stored_key__in=listed)
        found |= set(mine.values_list("stored_key", flat=True))
    return found


def named_keys(participant: uuid.UUID, keys: Iterable[str]) -> set[str]:
    """Those of the contents that any row names, wanted or not."""
    listed, found = list(keys), set[str]()
    for model in (Submission, FileUpload, RetrievedFile):
        mine = model._default_manager.filter(
            participant=participant, stored_key__in=listed
        )
        found |= set(mine.values_list("stored_key", flat=True))
    return found


def today_panel(acting: Acting) -> dict[str, object]:
    """{"is_for": False} for whom it is not; else also "measure", "room", "days_left"
    and the sizes in words: two queries."""
    if not acting.roles & MAY_SEE:
        return {"is_for": False}
    mine = measured(acting.participant)
    grown = StoreMeasure.objects.aggregate(all=Sum("grown"))["all"] or 0
    left = room()
    return {
        "is_for": True,
        "measure": mine,
        "room": left,
        "used_percent": 100 - left.percent_free if left else 0,
        "kept": gigabytes(mine.bytes) if mine else "",
        "grown": gigabytes(mine.grown) if mine else "",
        "free": gigabytes(left.free) if left else "",
        "total": gigabytes(left.total) if left else "",
        "days_left": days_until_full(left, grown) if left else None,
    }


def _contents(
    rows: QuerySet[RetrievedFile] | QuerySet[Submission], recent: Q
) -> tuple[int, int, int]:
    """(rows, bytes, bytes of recent ones), each content counted once."""
    once = (
        rows.order_by()
        .values("stored_key")
        .annotate(length=Max("size"), rows=Count("pk"), new=Max("size", filter=recent))
    )
    sums = once.aggregate(files=Sum("rows"), size=Sum("length"), grown=Sum("new"))
    return sums["files"] or 0, sums["size"] or 0, sums["grown"] or 0


def _years(rows: QuerySet[RetrievedFile]) -> list[tuple[int, int, int]]:
    by_year = rows.order_by().annotate(year=ExtractYear("kept_at", tzinfo=HONG_KONG))
    sums = by_year.values("year").annotate(files=Count("pk"), size=Sum("size"))
    return [(r["year"], r["files"], r["size"]) for r in sums.order_by("year")]
