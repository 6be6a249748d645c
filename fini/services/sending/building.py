"""From rows to the call that carries them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from fini import calls, persons
from fini.batches.records import Record
from fini.calls import Call
from fini.models import Batch
from fini.states import Act, SubscriptionStatus
from portal import secrets

COLUMNS = (
    *("pk", "row", "own_ref", "ipo_id", "firm_id", "quantity", "sealed_person"),
    *("target__record_id", "target__status"),
)
NOT_OPENED = (
    "Not sent: the personal data of this row cannot be opened. Tell the "
    "administrator, and send the row again in a new batch."
)
TARGET_OVER = (
    "Not sent: the record that it acts on is not recorded at FINI any more, as far as "
    "the portal knows. Look at that record first."
)


class Queued(Protocol):
    """A row as `COLUMNS` reads it; the target's are None where it acts on nothing."""

    pk: uuid.UUID
    row: int
    own_ref: str
    ipo_id: str
    firm_id: str
    quantity: int
    sealed_person: bytes
    target__record_id: str | None
    target__status: str | None


@dataclass(slots=True)
class Built:
    """`call` is None when no row is fit. `unfit`: why, by row. `later`: rows that act
    on a record that another row of the array acts on."""

    call: Call | None = field(default=None, repr=False)
    pks: dict[str, uuid.UUID] = field(default_factory=dict, repr=False)
    unfit: dict[uuid.UUID, str] = field(default_factory=dict)
    later: list[uuid.UUID] = field(default_factory=list)

    @property
    def left(self) -> list[uuid.UUID]:
        return [*self.unfit, *self.later]


def build(batch: Batch, rows: Sequence[Queued]) -> Built:
    built = Built()
    fit = _fit(batch.act, rows, built)
    if batch.act == Act.INVALIDATE:
        built.pks = {target_of(row): row.pk for row in fit}
        built.call = calls.invalidate(list(built.pks)) if fit else None
        return built
    opened = [(row, record) for row in fit if (record := _opened(row, built))]
    built.pks = {str(row.row): row.pk for row, _ in opened}
    if opened and batch.act == Act.CHANGE:
        built.call = calls.change(
            [(str(row.row), target_of(row), record) for row, record in opened]
        )
    elif opened:
        built.call = calls.add([(str(row.row), record) for row, record in opened])
    return built


def target_of(row: Queued) -> str:
    return row.target__record_id or ""


def _fit(act: str, rows: Sequence[Queued], built: Built) -> list[Queued]:
    """Those whose target is there to be acted on, each target once."""
    if act == Act.ADD:
        return list(rows)
    found: dict[str, Queued] = {}
    for row in rows:
        target = target_of(row)
        if not target or row.target__status != SubscriptionStatus.RECORDED:
            built.unfit[row.pk] = TARGET_OVER
        elif target in found:
            built.later.append(row.pk)
        else:
            found[target] = row
    return list(found.values())


def _opened(row: Queued, built: Built) -> Record | None:
    try:
        person = persons.open_person(row.pk, row.sealed_person)
    except secrets.CannotOpen:
        built.unfit[row.pk] = NOT_OPENED
        return None
    return Record(
        *(row.row, row.own_ref, row.ipo_id, row.firm_id, row.quantity),
        *(person.id_type, person.jurisdiction, person.number),
        *(person.name_english, person.name_chinese),
    )
