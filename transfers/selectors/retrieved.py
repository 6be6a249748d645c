"""What is known of the files in a download folder, and which of them are wanted."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from keys.models import SftpAccount
from portal.exchange.packets import Entry
from portal.people.models import Identity, Participant
from transfers.models import NO_TIME, RetrievedFile, RetrievedStatus, Submission

S = RetrievedStatus
UNKEPT = (S.SEEN, S.FETCHING)
# Older than all that HKEX keeps: such a time is a wrong clock's, and asked by name.
LONG_AGO = dt.timedelta(days=31)
Version = tuple[str, int, dt.datetime]


@dataclass(frozen=True, slots=True)
class Known:
    """A version that has a row."""

    pk: uuid.UUID
    name: str
    size: int
    modified_at: dt.datetime
    status: str

    @property
    def version(self) -> Version:
        return self.name, self.size, self.modified_at


def in_folder(account: SftpAccount, folder: str) -> QuerySet[RetrievedFile]:
    """Of the participant, whichever of its accounts saw it: a shared box."""
    return RetrievedFile.objects.filter(
        facility=account.facility_id,
        participant=account.participant_id,
        folder=folder,
    )


def versions(
    account: SftpAccount, folder: str, entries: Sequence[Entry]
) -> list[Known]:
    """The rows that may be these entries: one query for those with a sound time,
    however long the past of the folder, and one for the others, if there are any."""
    told = sorted(e.modified_at for e in entries if e.modified_at is not None)
    newest = told[-1] if told else NO_TIME
    since = newest - LONG_AGO
    recent = next((at for at in told if at >= since), newest)
    odd = [e.name for e in entries if e.modified_at is None or e.modified_at < since]
    found = Q(modified_at__gte=recent) if told else Q(pk__in=[])
    if odd:
        found |= Q(name__in=odd)
    rows = in_folder(account, folder).filter(found)
    return [
        Known(*values)
        for values in rows.values_list("pk", "name", "size", "modified_at", "status")
    ]


def unkept(account: SftpAccount, folder: str) -> list[RetrievedFile]:
    """Seen and not kept yet, by whichever account."""
    rows = in_folder(account, folder).filter(status__in=UNKEPT)
    return list(rows.select_related("facility", "participant"))


def identities(account: SftpAccount) -> list[Identity]:
    return list(Identity.objects.filter(participant=account.participant_id))


def to_fetch(
    account: SftpAccount, folder: str, shown: Iterable[Version], now: dt.datetime
) -> list[RetrievedFile]:
    """Those of the versions shown that may be fetched now: those that failed last,
    so that they hold up no others, else in the order in which HKEX removes them."""
    rows = in_folder(account, folder).filter(
        Q(fetch_after=None) | Q(fetch_after__lte=now), status=S.SEEN
    )
    here = set(shown)
    return [
        row
        for row in rows.select_related("facility", "participant", "identity").order_by(
            "tries", "removed_at", "seen_at", "name"
        )
        if (row.name, row.size, row.modified_at) in here
    ]


def waiting(participant: Participant, at_most: int = 50) -> list[RetrievedFile]:
    """Seen and not kept yet, the soonest gone first."""
    rows = RetrievedFile.objects.filter(participant=participant, status__in=UNKEPT)
    return list(rows.select_related("facility").order_by("removed_at", "pk")[:at_most])


def of_submission(submission: Submission) -> list[RetrievedFile]:
    """What HKEX distributed in answer to it, in the order in which it was seen."""
    return list(submission.distributed.order_by("seen_at", "name")[:20])
