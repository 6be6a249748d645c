"""The records of a batch for the pages: masked, filtered, by key."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from fini import codes, identity_numbers, persons
from fini.batches.results import Result
from fini.codes import Labels
from fini.models import Batch, CodeKind, EipoSubscription
from fini.states import SubscriptionStatus
from portal import secrets
from portal.people.models import Participant

S = SubscriptionStatus
PAGE = 25
EXCEPTIONS = (S.REFUSED, S.KEPT_BACK)
# What needs a person comes first.
GROUPS: tuple[tuple[SubscriptionStatus, ...], ...] = (
    EXCEPTIONS,
    (S.UNCONFIRMED,),
    tuple(s for s in S if s not in EXCEPTIONS and s != S.UNCONFIRMED),
)
KINDS: dict[str, tuple[SubscriptionStatus, ...]] = {
    "exceptions": EXCEPTIONS,
    "unconfirmed": (S.UNCONFIRMED,),
    "recorded": (S.RECORDED, S.CHANGED, S.INVALIDATED),
    "sending": (S.SENT,),
    "queued": (S.QUEUED, S.DRAFTED),
}


@dataclass(frozen=True)
class Masked:
    """One record as a page may show it: what identifies somebody is hidden."""

    row: EipoSubscription
    name: str
    name_chinese: str
    document: str  # "HKID M01••••(•)"
    sub_flow_status: str


@dataclass(frozen=True)
class Page:
    """`before`: how many of the `total` come before these lines."""

    lines: Sequence[Masked]
    next_key: str
    before: int
    total: int

    @property
    def first(self) -> int:
        return self.before + 1

    @property
    def last(self) -> int:
        return self.before + len(self.lines)


@dataclass(frozen=True)
class Wanted:
    """`kind` is one of KINDS, `text` an own reference or a recordID, whole."""

    kind: str = ""
    text: str = ""
    sub_flow_status: str = ""
    after: str = ""


def page(batch: Batch, wanted: Wanted, labels: Labels) -> Page:
    """Exceptions first, then by row; `after` is an earlier page's `next_key`, and one
    that is malformed begins at the start. At most four queries."""
    first, row = _key(wanted.after)
    rows = _wanted(batch, wanted)
    counted = _counted(rows, first, row)
    found: list[tuple[int, EipoSubscription]] = []
    for group in range(first, len(GROUPS)):
        some = rows.filter(status__in=GROUPS[group], row__gt=row).order_by("row")
        found += [(group, one) for one in some[: PAGE + 1 - len(found)]]
        row = -1
        if len(found) > PAGE:
            break
    more = len(found) > PAGE
    shown = found[:PAGE]
    lines = [masked(one, labels) for _, one in shown]
    key = f"{shown[-1][0]}~{shown[-1][1].row}" if more else ""
    return Page(lines, key, **counted)


def one(participant: Participant, pk: UUID) -> EipoSubscription | None:
    """With its batch and profile; None for another participant's."""
    rows = EipoSubscription.objects.filter(participant=participant, pk=pk)
    return rows.select_related("batch__profile").defer("batch__sealed_file").first()


def masked(row: EipoSubscription, labels: Labels) -> Masked:
    flow = codes.label(CodeKind.SUB_FLOW_STATUS, row.sub_flow_status, labels)
    try:
        held = persons.open_person(row.pk, bytes(row.sealed_person))
    except secrets.CannotOpen:
        return Masked(row, "", "", "", flow)
    id_type = identity_numbers.masked_code(held.id_type)
    kind = codes.label(CodeKind.ID_TYPE, id_type, labels)
    return Masked(
        row,
        identity_numbers.masked_name(held.name_english),
        identity_numbers.masked_name(held.name_chinese),
        f"{kind} {identity_numbers.masked(held.number)}",
        flow,
    )


def results(batch: Batch, *, exceptions: bool) -> Iterator[Result]:
    """Every record in the order of its rows, or only those that went wrong."""
    rows = EipoSubscription.objects.filter(batch=batch).order_by("row")
    if exceptions:
        rows = rows.filter(status__in=EXCEPTIONS)
    told = rows.defer("sealed_person", "number_hash").iterator(chunk_size=2_000)
    for one in told:
        error = " ".join(part for part in (one.error_code, one.error_text) if part)
        status = S(one.status).label
        yield Result(
            *(one.row, one.own_ref, one.ipo_id, one.quantity or None, one.record_id),
            *(status, error),
        )


def _wanted(batch: Batch, wanted: Wanted) -> QuerySet[EipoSubscription]:
    rows = EipoSubscription.objects.filter(batch=batch)
    if wanted.kind in KINDS:
        rows = rows.filter(status__in=KINDS[wanted.kind])
    if wanted.text:
        rows = rows.filter(Q(own_ref=wanted.text) | Q(record_id=wanted.text))
    if wanted.sub_flow_status:
        rows = rows.filter(sub_flow_status=wanted.sub_flow_status)
    return rows


def _counted(rows: QuerySet[EipoSubscription], group: int, row: int) -> dict[str, int]:
    """All of them, and those that come before a page with this key."""
    passed = [status for statuses in GROUPS[:group] for status in statuses]
    is_before = Q(status__in=passed) | Q(status__in=GROUPS[group], row__lte=row)
    return rows.aggregate(before=Count("pk", filter=is_before), total=Count("pk"))


def _key(after: str) -> tuple[int, int]:
    group, _, row = after.partition("~")
    sound = group in {"0", "1", "2"} and row.isascii() and row.isdigit()
    return (int(group), int(row)) if sound and len(row) < 10 else (0, -1)
