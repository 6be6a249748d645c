"""Batches for the pages: the list by key, one with everything, and how far it is."""

import datetime as dt
import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from fini.models import Batch, BatchProblem, EipoSubscription, GatewayCall, Profile
from fini.states import SubscriptionStatus
from portal.people.models import Participant

S = SubscriptionStatus
PAGE = 25
PROBLEMS_SHOWN = 50
A_MINUTE = dt.timedelta(seconds=60)
MOST_RECORDS = 1_000  # in one request


@dataclass(frozen=True)
class Page:
    """`next_key` goes into the next page's `after`; empty at the end."""

    rows: Sequence[Batch]
    next_key: str


@dataclass(frozen=True)
class Progress:
    """Counts of the records; they add up to those of the batch."""

    recorded: int = 0
    exceptions: int = 0
    unconfirmed: int = 0
    sending: int = 0
    queued: int = 0
    withdrawn: int = 0

    @property
    def waiting(self) -> int:
        return self.sending + self.queued

    @property
    def total(self) -> int:
        return self.done + self.unconfirmed + self.waiting

    @property
    def done(self) -> int:
        """Whose end is known: what is unconfirmed is not done."""
        return self.recorded + self.exceptions + self.withdrawn


@dataclass(frozen=True)
class Pace:
    """Of the profile in the last minute, and what is allowed (0: no limit)."""

    a_minute: int
    allowed: int

    def seconds_left(self, records: int) -> int | None:
        """At the allowed rate; None without a limit."""
        if not self.allowed:
            return None
        return math.ceil(math.ceil(records / MOST_RECORDS) * 60 / self.allowed)


_KINDS = {
    "recorded": (S.RECORDED, S.CHANGED, S.INVALIDATED),
    "exceptions": (S.REFUSED, S.KEPT_BACK),
    "unconfirmed": (S.UNCONFIRMED,),
    "sending": (S.SENT,),
    "queued": (S.QUEUED, S.DRAFTED),
    "withdrawn": (S.WITHDRAWN, S.ABANDONED),
}


def page(participant: Participant, after: str = "") -> Page:
    """Newest first, by number; a key that is malformed begins at the start."""
    rows = _rows().filter(participant=participant)
    if after.isascii() and after.isdigit() and len(after) < 10:
        rows = rows.filter(number__lt=int(after))
    found = list(rows.order_by("-number")[: PAGE + 1])
    more = len(found) > PAGE
    return Page(found[:PAGE], str(found[PAGE - 1].number) if more else "")


def one(participant: Participant, pk: uuid.UUID) -> Batch | None:
    """None for another participant's, so that the view answers 404."""
    rows = _rows().select_related("approval__requested_by", "approval__participant")
    return rows.filter(participant=participant, pk=pk).first()


def progress(batch: Batch) -> Progress:
    """One query."""
    counted = (
        EipoSubscription.objects.filter(batch=batch)
        .order_by()
        .aggregate(
            **{
                name: Count("pk", filter=Q(status__in=kinds))
                for name, kinds in _KINDS.items()
            }
        )
    )
    return Progress(**counted)


def pace(batch: Batch, real_now: dt.datetime) -> Pace:
    """By machine time, as calls are recorded."""
    calls = GatewayCall.objects.filter(
        profile=batch.profile_id, at__gt=real_now - A_MINUTE
    )
    return Pace(calls.count(), settings.FINI_PER_MACHINE)


def problems(batch: Batch) -> list[BatchProblem]:
    """The first of the table; the file to download has them all."""
    return list(_problems(batch)[:PROBLEMS_SHOWN])


def all_problems(batch: Batch) -> QuerySet[BatchProblem]:
    return _problems(batch)


def profiles(participant: Participant) -> list[Profile]:
    """Those that may subscribe now."""
    rows = Profile.objects.filter(
        participant=participant, is_enabled=True, may_subscribe=True
    )
    return list(rows.select_related("company_id").order_by("environment"))


def _problems(batch: Batch) -> QuerySet[BatchProblem]:
    """Those that keep a row back before mere warnings."""
    return BatchProblem.objects.filter(batch=batch).order_by("weight", "row", "column")


def _rows() -> QuerySet[Batch]:
    """With how they ended; without the sealed file, which may be 32 MB."""
    mine = EipoSubscription.objects.filter(batch=OuterRef("pk")).order_by()
    rows = Batch.objects.annotate(
        has_unconfirmed=Exists(mine.filter(status=S.UNCONFIRMED)),
        has_refused=Exists(mine.filter(status=S.REFUSED)),
    )
    return rows.select_related(
        "participant", "profile__company_id", "created_by", "decided_by"
    ).defer("sealed_file")
