"""Appending to the chain: the one way to write Activity."""

import datetime as dt
from collections.abc import Iterable, Mapping

from portal.activity import chain as arithmetic
from portal.activity import transaction
from portal.activity.models import Activity, Chain, Endpoint, Kind, Status
from portal.people.models import Participant, User


def append(
    participant: Participant | None,
    kind: Kind,
    endpoint: Endpoint,
    description: str,
    status: Status,
    *,
    user: User | None = None,
    refs: Mapping[str, str] | None = None,
    topics: Iterable[str] = (),
) -> None:
    """One row, written when the transaction it tells of ends (law 1), and told to open
    pages after commit. None as participant: the site's chain."""
    row = Activity(
        endpoint=endpoint,
        kind=kind,
        description=arithmetic.storable(description),
        status=status,
        user=user,
        refs={k: arithmetic.storable(v) for k, v in (refs or {}).items()},
        topics=sorted(set(topics)),
    )
    transaction.tell(participant, row)


def record_export(participant: Participant, user: User, count: int, name: str) -> None:
    """An export leaves the portal with what it holds: who, how much, which file."""
    with transaction.atomic():
        append(
            participant,
            Kind.EXPORT,
            Endpoint.WEB,
            f"Export [{count}] entries of Activity with Filename [{name}]",
            Status.SUCCESSFUL,
            user=user,
            topics=["activity"],
        )


def record_check(chain: Chain, rows: int, fault: str, now: dt.datetime) -> None:
    """What a verification found, for the page; no part of the chain itself."""
    Chain.objects.filter(pk=chain.pk).update(
        checked_at=now, checked_count=rows, fault=fault
    )
