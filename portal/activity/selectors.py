"""Reading the log: one participant's entries by kind, status and time, by key."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import Count, Max, Min, Q, QuerySet

from portal.activity.models import Activity, Chain
from portal.people.models import Participant

PAGE = 50
CHUNK = 1000


@dataclass(frozen=True)
class Key:
    """Where a page begins or ends: time first, then number, newest first."""

    at: dt.datetime
    seq: int

    def older(self) -> Q:
        return Q(at__lte=self.at) & (Q(at__lt=self.at) | Q(seq__lt=self.seq))

    def newer(self) -> Q:
        return Q(at__gte=self.at) & (Q(at__gt=self.at) | Q(seq__gt=self.seq))


@dataclass(frozen=True)
class Query:
    """What to show. since is included, until is not; up_to is the highest number."""

    kind: str = ""
    status: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    older_than: Key | None = None
    newer_than: Key | None = None

    def filtered(self) -> Q:
        wanted = {
            "kind": self.kind,
            "status": self.status,
            "at__gte": self.since,
            "at__lt": self.until,
        }
        return Q(**{name: value for name, value in wanted.items() if value})


@dataclass(frozen=True)
class Page:
    """first and last count from 1 in the whole answer; 0 to 0 of 0 when empty."""

    rows: list[Activity]
    first: int
    total: int

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1 if self.rows else 0

    @property
    def newer(self) -> Key | None:
        return _key(self.rows[0]) if self.rows and self.first > 1 else None

    @property
    def older(self) -> Key | None:
        more = self.rows and self.last < self.total
        return _key(self.rows[-1]) if more else None


@dataclass(frozen=True)
class Whole:
    """All there is, whatever the filters."""

    total: int
    oldest: dt.datetime | None


def chain_of(participant: Participant) -> Chain | None:
    return Chain.objects.filter(participant=participant).first()


def page(chain: Chain | None, query: Query) -> Page:
    """Two queries, however many entries there are; no OFFSET."""
    entries = _entries(chain, query)
    if query.newer_than:
        upward = entries.filter(query.newer_than.newer()).order_by("at", "seq")
        rows = list(upward[:PAGE])[::-1]
    elif query.older_than:
        rows = list(entries.filter(query.older_than.older())[:PAGE])
    else:
        rows = list(entries[:PAGE])
    newer = _key(rows[0]).newer() if rows else None
    counts = entries.order_by().aggregate(
        total=Count("pk"), before=Count("pk", filter=newer)
    )
    return Page(rows, counts["before"] + 1 if rows else 0, counts["total"])


def count(chain: Chain | None, query: Query) -> int:
    return _entries(chain, query).count()


def whole(chain: Chain | None) -> Whole:
    entries = Activity.objects.filter(chain=chain)
    found = entries.aggregate(total=Count("pk"), oldest=Min("at"))
    return Whole(found["total"], found["oldest"])


def newest_seq(chain: Chain | None) -> int:
    found = Activity.objects.filter(chain=chain).aggregate(newest=Max("seq"))
    return found["newest"] or 0


def chunks(chain: Chain | None, query: Query, up_to: int) -> Iterator[list[Activity]]:
    """All entries of a query that are numbered up_to or below, newest first, a chunk
    at a time: each is a query of its own by key, so nothing stays open in between."""
    query = replace(query, older_than=None, newer_than=None)
    rest = _entries(chain, query).filter(seq__lte=up_to)
    chunk = list(rest[:CHUNK])
    while chunk:
        yield chunk
        if len(chunk) < CHUNK:
            return
        chunk = list(rest.filter(_key(chunk[-1]).older())[:CHUNK])


def _entries(chain: Chain | None, query: Query) -> QuerySet[Activity]:
    entries = Activity.objects.filter(query.filtered(), chain=chain)
    return entries.select_related("user").order_by("-at", "-seq")


def _key(row: Activity) -> Key:
    return Key(row.at, row.seq)
