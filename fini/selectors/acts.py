"""What a change or an invalidation does to a record, for who approves it: masked."""

from collections.abc import Sequence
from dataclasses import dataclass

from fini import identity_numbers, persons
from fini.codes import Labels
from fini.models import Batch, EipoSubscription
from fini.persons import Person
from fini.selectors import codes, records
from fini.selectors.records import Masked
from fini.states import Act
from portal import secrets

NOBODY = Person("", "", "", "", "")  # erased, or not to be opened


@dataclass(frozen=True)
class Difference:
    """One field. A masked name may look the same before and after: that it stands
    here says that it is not."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Acted:
    """`differences` are those of a change; an invalidation has none."""

    target: Masked
    differences: Sequence[Difference]


def of(batch: Batch) -> Acted | None:
    """Of the one record of such a batch; None for a batch that adds. Two queries."""
    if batch.act == Act.ADD:
        return None
    rows = EipoSubscription.objects.filter(batch=batch, target__isnull=False)
    row = rows.select_related("target").order_by("row").first()
    if row is None or row.target is None:
        return None
    labels = codes.labels(batch.participant)
    found = _differences(row.target, row, labels) if batch.act == Act.CHANGE else []
    return Acted(records.masked(row.target, labels), found)


def _differences(
    target: EipoSubscription, row: EipoSubscription, labels: Labels
) -> list[Difference]:
    pairs = zip(_fields(target, labels), _fields(row, labels), strict=True)
    return [
        Difference(field, before, after)
        for (field, before, was), (_, after, is_now) in pairs
        if was != is_now
    ]


def _fields(row: EipoSubscription, labels: Labels) -> list[tuple[str, str, object]]:
    """Each with what a page may show of it, and with what it is."""
    shown, held = records.masked(row, labels), _person(row)
    country = identity_numbers.masked_code(held.jurisdiction)
    return [
        ("Firm ID", row.firm_id, row.firm_id),
        ("Quantity", f"{row.quantity:,}", row.quantity),
        ("Identity document", shown.document, (held.id_type, held.number)),
        ("Country of issue", country, held.jurisdiction),
        ("Name in English", shown.name, held.name_english),
        ("Name in Chinese", shown.name_chinese, held.name_chinese),
    ]


def _person(row: EipoSubscription) -> Person:
    try:
        return persons.open_person(row.pk, bytes(row.sealed_person))
    except secrets.CannotOpen:
        return NOBODY
