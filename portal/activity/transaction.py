"""Transactions of services: their Activity is their last statements (law 1).

What is told meanwhile waits until the outermost one ends, and so the head of the chain,
for which all who write of a participant queue, is locked for that moment only. Whoever
held it and waited for a row would meet whoever holds that row and waits for the head:
PostgreSQL ends one of the two.
"""

import logging
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby

from django.db import transaction

from portal import clock, fanout
from portal.activity import chain as arithmetic
from portal.activity.models import SITE, Activity, Chain
from portal.people.models import Participant

logger = logging.getLogger(__name__)
ALTERED = "altered"  # in the place of a MAC: an altered head stays an altered head
Told = tuple[Participant | None, Activity]


class _Open(threading.local):
    """What was told in each open block of this thread, the innermost last."""

    def __init__(self) -> None:
        self.blocks: list[list[Told]] = []


_open = _Open()


@contextmanager
def atomic() -> Iterator[None]:
    """As Django's. What was told in a block that fails is forgotten with it."""
    with transaction.atomic():
        told: list[Told] = []
        _open.blocks.append(told)
        try:
            yield
        finally:
            _open.blocks.pop()
        if transaction.get_rollback():
            return
        if _open.blocks:
            _open.blocks[-1].extend(told)
        else:
            _write(told)


def require() -> None:
    """Raises RuntimeError outside of such a transaction."""
    if not _open.blocks:
        raise RuntimeError("Activity is written in the transaction it tells of.")


def tell(participant: Participant | None, row: Activity) -> None:
    """A row without its place in the chain, which it gets when the transaction ends."""
    require()
    _open.blocks[-1].append((participant, row))


def _write(told: list[Told]) -> None:
    """Chain by chain, always in the same order: none waits for another in a circle."""
    for _, some in groupby(sorted(told, key=_chain), key=_chain):
        whose, rows = zip(*some, strict=True)
        _append(whose[0], rows)


def _chain(told: Told) -> str:
    return str(told[0].pk) if told[0] else SITE


def _append(participant: Participant | None, rows: Sequence[Activity]) -> None:
    """An append never makes an altered head look right again."""
    head = _lock(participant)
    if not (is_ours := arithmetic.head_is_ours(head)):
        logger.error("the head of activity chain %s was altered", head.name)
    for row in rows:
        row.chain, row.at = head, clock.now()  # in the order of the chain
        row.seq, row.previous = head.count + 1, head.last_hash
        row.hash = arithmetic.hash_of(row)
        head.count, head.last_hash = row.seq, row.hash
    Activity.objects.bulk_create(rows)
    head.mac = arithmetic.head_mac(head) if is_ours else ALTERED
    head.save(update_fields=["count", "last_hash", "mac"])
    if participant is not None:
        for row in rows:
            fanout.tell(participant.pk, row.seq, row.topics)


def _lock(participant: Participant | None) -> Chain:
    """The head, locked until commit (on SQLite by the IMMEDIATE transaction)."""
    heads = Chain.objects.select_for_update(no_key=True)
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
