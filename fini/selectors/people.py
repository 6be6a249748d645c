"""Records and their people: one of them, and those of an identity document, masked."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from fini import identity_numbers as numbers
from fini import persons
from fini.codes import Labels, label
from fini.models import CodeKind, EipoSubscription
from fini.selectors import codes
from fini.states import SubscriptionStatus
from portal import secrets
from portal.people.models import Participant, Role

PAGE = 50
S = SubscriptionStatus
STATES = {
    S.SENT: "run",
    S.RECORDED: "ok",
    S.KEPT_BACK: "bad",
    S.REFUSED: "bad",
    S.UNCONFIRMED: "hold",
}
MAY_REVEAL = (Role.APPROVER, Role.ADMIN, Role.COMPLIANCE)


@dataclass(frozen=True, slots=True)
class Line:
    """A record with what a screen may show of its person; all "" without one."""

    row: EipoSubscription
    id_type: str = ""  # in the participant's words
    jurisdiction: str = ""
    number: str = ""
    name_english: str = ""
    name_chinese: str = ""
    is_damaged: bool = False  # sealed, and no key opens it

    @property
    def state(self) -> str:
        return STATES.get(S(self.row.status), "idle")

    @property
    def erased_at(self) -> dt.datetime | None:
        return None if self.row.sealed_person else self.row.batch.purged_at


@dataclass(frozen=True, slots=True)
class Page:
    """`after`: the place at which the next one begins; "" for none."""

    lines: list[Line]
    after: str


def one(participant: Participant, pk: uuid.UUID) -> EipoSubscription | None:
    """None for another participant's."""
    rows = EipoSubscription.objects.select_related("batch")
    return rows.filter(participant=participant, pk=pk).first()


def masked(row: EipoSubscription, labels: Labels) -> Line:
    if not row.sealed_person:
        return Line(row)
    try:
        person = persons.open_person(row.pk, bytes(row.sealed_person))
    except secrets.CannotOpen:
        return Line(row, is_damaged=True)
    return Line(
        row,
        label(CodeKind.ID_TYPE, numbers.masked_code(person.id_type), labels),
        numbers.masked_code(person.jurisdiction),
        numbers.masked(person.number),
        numbers.masked_name(person.name_english),
        numbers.masked_name(person.name_chinese),
    )


def found(participant: Participant, hashes: Iterable[bytes], after: str) -> Page:
    """The records of one document, the newest batch first; two queries. Raises
    ValueError for an `after` that no page has given."""
    rows = EipoSubscription.objects.select_related("batch").filter(
        participant=participant, number_hash__in=list(hashes)
    )
    if after:
        batch, row = (int(number) for number in after.split("."))
        same = Q(batch__number=batch, row__gt=row)
        rows = rows.filter(Q(batch__number__lt=batch) | same)
    shown = list(rows.order_by("-batch__number", "row")[: PAGE + 1])
    more, shown = len(shown) > PAGE, shown[:PAGE]
    last = f"{shown[-1].batch.number}.{shown[-1].row}" if more else ""
    words = codes.labels(participant)
    return Page([masked(row, words) for row in shown], last)


def count(participant: Participant, hashes: Iterable[bytes]) -> int:
    rows = EipoSubscription.objects.filter(participant=participant)
    return rows.filter(number_hash__in=list(hashes)).count()
