"""Checking every row of a batch, by a worker: all of it, or nothing is left.

A worker that is killed leaves rows behind; whoever reads the batch again takes those
away first. Each commit is made under the lease: a worker that lost it writes nothing.
"""

import io
import itertools
import logging
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict
from typing import Any

from django.db import InterfaceError, OperationalError
from django.db.models import Q

from fini import persons
from fini.batches import opening
from fini.batches.checking import Checked, Checker
from fini.batches.columns import Column
from fini.batches.records import Rules
from fini.batches.rows import BatchUnreadable, Row
from fini.models import Batch, BatchProblem, CodeKind, EipoSubscription, Ipo
from fini.selectors import codes
from fini.services import batch_moves, leases
from fini.services.batch_files import READ, bound_to
from fini.services.checked_rows import CheckedRows
from fini.services.leases import Held, LeaseLost
from fini.states import BatchStatus, MoveNotAllowed
from portal import clock, fanout, secrets, wakeups
from portal.activity import transaction
from portal.ahead import one_ahead

logger = logging.getLogger(__name__)
A_COMMIT = 500  # rows (law 2)
TOLD_EVERY = 1.0  # seconds
TO_READ = Q(status=BatchStatus.READING)
DEFECT = (
    "An error in the portal ended the checking. Nothing of the file was kept. Upload "
    "it again, and tell the administrator if that does not help."
)
CANNOT_OPEN = (
    "The uploaded file cannot be opened in the portal’s store. Nothing of it was kept. "
    "Upload it again, and tell the administrator if that does not help."
)


def read(pk: uuid.UUID) -> None:
    """Check the batch, unless another worker does; what is wrong with the file as a
    whole is told on the batch."""
    held = leases.take(Batch, pk, TO_READ)
    if held is None:
        return
    with leases.renewed(held):
        batch = Batch.objects.select_related("participant", "profile").get(pk=pk)
        try:
            _read(held, batch)
        except (LeaseLost, MoveNotAllowed):
            logger.info("batch %s is another worker’s", pk)


def wake_waiting() -> int:
    """Batches that nobody reads: a message was lost, or a worker. For the sweep."""
    waiting = Batch.objects.filter(TO_READ, leases.EXPIRED)
    pks = list(waiting.values_list("pk", flat=True)[:100])
    for pk in pks:
        wakeups.wake(READ, pk)
    return len(pks)


def rules(batch: Batch) -> Rules:
    """What its rows are judged by, as FINI lists its IPOs now."""
    listed = Ipo.objects.filter(profile=batch.profile_id, is_listed=True)
    known = codes.labels(batch.participant)
    return Rules(
        ipo_ids=frozenset(listed.values_list("ipo_id", flat=True)),
        id_types=frozenset(code for kind, code in known if kind == CodeKind.ID_TYPE),
        search_key=persons.search_key(),
        ipo_id=batch.ipo_id,
        firm_id=batch.firm_id,
    )


def _read(held: Held, batch: Batch) -> None:
    """Raises LeaseLost, and MoveNotAllowed."""
    _clear(held, batch)
    try:
        _checked(held, batch)
    except BatchUnreadable as why:
        _give_up(held, batch, why.sentence)
    except secrets.CannotOpen:
        _give_up(held, batch, CANNOT_OPEN)
    except (LeaseLost, MoveNotAllowed, OperationalError, InterfaceError):
        raise  # no defect of ours
    except Exception:
        _give_up(held, batch, DEFECT)
        raise


def _clear(held: Held, batch: Batch) -> None:
    """What an earlier worker left. Raises LeaseLost."""
    for model in (BatchProblem, EipoSubscription):
        left = model._default_manager.filter(batch=batch).order_by()
        while pks := list(left.values_list("pk", flat=True)[:A_COMMIT]):
            with transaction.atomic():
                held.keep()
                left.filter(pk__in=pks).delete()


def _checked(held: Held, batch: Batch) -> None:
    """Raises LeaseLost, BatchUnreadable and CannotOpen."""
    content = secrets.open(bytes(batch.sealed_file), bound_to(batch.pk))
    batch.sealed_file = b""  # the row has it still, and memory need not
    layout = {Column(name): at for name, at in batch.layout.items()}
    checked = Checker(layout, rules(batch)).check(_beneath_heading(content))
    rows, told = CheckedRows(batch), time.monotonic()
    with closing(one_ahead(map(rows.prepared, _parts(checked)))) as parts:
        for some in parts:
            with transaction.atomic():
                held.keep()
                rows.store(some)
            if time.monotonic() - told > TOLD_EVERY:
                told = time.monotonic()
                held.hold(totals={"rows": rows.totals.rows})
                fanout.tell(batch.participant_id, None, [batch_moves.topic(batch)])
    _let_go(
        *(held, batch, BatchStatus.CHECKED, "Check"),
        totals=asdict(rows.totals),
        records_sha256=rows.digest(),
    )


def _beneath_heading(content: bytes) -> Iterator[Row]:
    rows = opening.rows(io.BytesIO(content))
    next(rows, None)
    return rows


def _parts(checked: Iterable[Checked]) -> Iterator[list[Checked]]:
    source = iter(checked)
    while some := list(itertools.islice(source, A_COMMIT)):
        yield some


def _give_up(held: Held, batch: Batch, sentence: str) -> None:
    """Nothing of it stays but the sentence."""
    _clear(held, batch)
    _let_go(
        *(held, batch, BatchStatus.UNREADABLE, "Give up reading"),
        sentence=sentence,
        totals={},
        ended_at=clock.now(),
    )


def _let_go(
    held: Held, batch: Batch, after: BatchStatus, verb: str, **fields: Any
) -> None:
    """The last that is written under the lease; the file goes with it."""
    with transaction.atomic():
        batch_moves.move(
            *(batch, after, verb),
            held_by=held.holder,
            sealed_file=b"",
            holder=None,
            lease_until=None,
            **fields,
        )
