"""Appending to the chain: the one place that writes Activity."""

import datetime as dt
import logging
import uuid
from collections.abc import Iterable, Mapping

from django.db import connection, transaction

from portal import clock, fanout
from portal.activity import chain as arithmetic
from portal.activity.models import SITE, Activity, Chain, Endpoint, Kind, Status
from portal.people.models import Participant, User

logger = logging.getLogger(__name__)
ALTERED = "altered"  # in the place of a MAC: an altered head stays an altered head


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
) -> Activity:
    """Write one row, as the last statement of a service's transaction (law 1), and
    tell open pages after commit. None as participant: the site's chain."""
    if not connection.in_atomic_block:
        raise RuntimeError("Activity is written in the transaction it tells of.")
    head = _lock(participant)
    row = Activity(
        chain=head,
        seq=head.count + 1,
        at=clock.now(),
        endpoint=endpoint,
        kind=kind,
        description=arithmetic.storable(description),
        status=status,
        user=user,
        refs={k: arithmetic.storable(v) for k, v in (refs or {}).items()},
        topics=sorted(set(topics)),
        previous=head.last_hash,
    )
    row.hash = arithmetic.hash_of(row)
    row.save(force_insert=True)
    _move_head(head, row)
    if participant is not None:
        fanout.tell(participant.pk, row.seq, row.topics)
    return row


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


def _lock(participant: Participant | None) -> Chain:
    """The head, locked until commit (on SQLite by the IMMEDIATE transaction)."""
    heads = Chain.objects.select_for_update()
    mine = {"participant": participant} if participant else {"name": SITE}
    head = heads.filter(**mine).first()
    if head is None:
        new = Chain(
            id=uuid.uuid4(),
            name=participant.code if participant else SITE,
            participant=participant,
        )
        new.mac = arithmetic.head_mac(new)
        Chain.objects.bulk_create([new], ignore_conflicts=True)  # or another was faster
        head = heads.get(**mine)
    return head


def _move_head(head: Chain, row: Activity) -> None:
    """An append never makes an altered head look right again."""
    ours = arithmetic.head_is_ours(head)
    if not ours:
        logger.error("the head of activity chain %s was altered", head.name)
    head.count, head.last_hash = row.seq, row.hash
    head.mac = arithmetic.head_mac(head) if ours else ALTERED
    head.save(update_fields=["count", "last_hash", "mac"])
