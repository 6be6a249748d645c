"""A page of the Download Corner: newest first, by key, with the count."""

import datetime as dt
import uuid
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from portal.people.models import Participant
from transfers.models import RetrievedFile, RetrievedStatus
from transfers.models.places import EPOCH, MILLISECOND, TIES
from transfers.selectors.corner_filters import Stretch, Wanted, read, stretch
from transfers.selectors.corner_walks import walk

COUNTED, COUNTED_BY_NAME = 10_000, 1_000
SUBJECTS = 300
CHUNK = 500


@dataclass(frozen=True)
class Page:
    """first: from 1, 0 when it is not known. is_more: total is a least.
    older, newer: the keys of the pages beside this one; 0 for none. looked_to: the
    search has not gone beyond this moment."""

    rows: list[RetrievedFile]
    first: int
    total: int
    is_more: bool = False
    older: int = 0
    newer: int = 0
    looked_to: dt.datetime | None = None

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1 if self.first and self.rows else 0

    @property
    def newest(self) -> int:
        return self.rows[0].place if self.rows else 0


def page(wanted: Wanted, size: int, older: int = 0, newer: int = 0) -> Page:
    """`older`, `newer`: the key that this page begins below, or ends above."""
    most = COUNTED_BY_NAME if wanted.words else COUNTED
    top = walk(wanted, stretch(wanted), most + 1)
    places, horizon = top.places, top.looked_to or 0
    start = _start(places, size, older, newer)
    is_whole = len(places) <= most and not horizon
    if start + size >= len(places) and not is_whole and (older or newer):
        return _deep(wanted, size, older, newer, min(len(places), most))
    shown = places[start : start + size]
    ends = start + size >= len(places)
    return Page(
        rows(shown),
        start + 1 if shown else 0,
        min(len(places), most),
        not is_whole,
        horizon if ends else shown[-1],
        (shown[0] if shown else older) if start else 0,
        moment_of(horizon) if horizon and ends else None,
    )


def _start(places: list[int], size: int, older: int, newer: int) -> int:
    """How many of the newest come before the page."""
    if older:
        return bisect_left(places, -older + 1, key=lambda place: -place)
    if newer:
        return max(0, bisect_left(places, -newer, key=lambda place: -place) - size)
    return 0


def _deep(wanted: Wanted, size: int, older: int, newer: int, total: int) -> Page:
    """A page so far down that nobody has counted to it."""
    if older:
        found = walk(wanted, stretch(wanted, below=older), size + 1)
        shown = found.places[:size]
        more = found.places[size - 1] if len(found.places) > size else 0
        horizon = found.looked_to or 0
        at = moment_of(horizon) if horizon else None
        up = shown[0] if shown else older
        return Page(rows(shown), 0, total, True, more or horizon, up, at)
    within = stretch(wanted, above=newer)
    found = walk(wanted, Stretch(within.above, within.below, True), size)
    shown = found.places[::-1]
    ends = shown or [newer]
    return Page(rows(shown), 0, total, True, ends[-1], ends[0])


def rows(places: Sequence[int]) -> list[RetrievedFile]:
    found = RetrievedFile.objects.filter(place__in=places).select_related(
        "identity", "submission", "participant"
    )
    return sorted(found, key=lambda row: -row.place)


def one(participant: Participant, pk: uuid.UUID) -> RetrievedFile | None:
    """None for another participant's."""
    return (
        RetrievedFile.objects.select_related("identity", "account", "submission")
        .filter(participant=participant, pk=pk)
        .first()
    )


def is_there(row: RetrievedFile) -> bool:
    """Whether its bytes are in our store."""
    return row.status == RetrievedStatus.KEPT and row.purged_at is None


def subjects(participant: Participant) -> list[str]:
    """Those that have come, by skipping along the index from one to the next."""
    return [str(subject) for (subject,) in read(_subjects(), _twice(participant))]


def _subjects() -> str:
    table = RetrievedFile._meta.db_table
    least = (
        f"(SELECT min(subject) FROM {table} WHERE participant_id = %s"  # noqa: S608
        " AND subject > {})"
    )
    return (
        f"WITH RECURSIVE each(subject) AS (SELECT {least.format(repr(''))}"  # noqa: S608
        f" UNION ALL SELECT {least.format('each.subject')} FROM each"
        " WHERE each.subject IS NOT NULL)"
        f" SELECT subject FROM each WHERE subject IS NOT NULL LIMIT {SUBJECTS}"
    )


def _twice(participant: Participant) -> list[Any]:
    return [participant.pk.hex] * 2


def chosen(participant: Participant, pks: Sequence[uuid.UUID]) -> list[RetrievedFile]:
    found = RetrievedFile.objects.filter(participant=participant, pk__in=pks)
    return sorted(found, key=lambda row: -row.place)


def matching(wanted: Wanted, most: int) -> Iterator[RetrievedFile]:
    """All that fit, newest first, as far as `most`; a chunk at a time, by key."""
    below, left = stretch(wanted).below, most
    while left > 0:
        found = walk(wanted, stretch(wanted, below=below), min(left, CHUNK))
        if found.places:
            yield from rows(found.places)
        left -= len(found.places)
        if len(found.places) < CHUNK and not found.looked_to:
            return
        below = found.looked_to or found.places[-1]


def moment_of(place: int) -> dt.datetime:
    return EPOCH + (place >> TIES) * MILLISECOND


def leaving(
    participant: Participant, now: dt.datetime, within: dt.timedelta, most: int
) -> list[RetrievedFile]:
    """Not kept, and removed by HKEX within this time; the first to go first."""
    return list(
        RetrievedFile.objects.filter(
            participant=participant,
            status__in=(RetrievedStatus.SEEN, RetrievedStatus.FETCHING),
            removed_at__gt=now,
            removed_at__lte=now + within,
        )
        .select_related("identity")
        .order_by("removed_at", "place")[:most]
    )
