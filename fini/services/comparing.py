"""Comparing FINI's list of an IPO with ours: by recordID, and where we know of none
by ownRef."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from fini import names
from fini.models import EipoSubscription, Reconciliation
from fini.services import listing
from fini.states import Act, SubscriptionStatus
from fini.wire.records import Subscription
from portal.exchange.errors import printable

MOST_LISTED = 200  # differences of a kind
KINDS = ("only_ours", "only_theirs", "differing", "doubled")
S = SubscriptionStatus
# What FINI should have of ours. What is on its way, or unconfirmed, may go either way.
AT_FINI = (S.RECORDED, S.INVALIDATED)
MAY_BE_THERE = (S.SENT, S.UNCONFIRMED)


@dataclass(slots=True)
class Compared:
    totals: dict[str, int] = field(default_factory=dict)
    differences: dict[str, list[dict[str, object]]] = field(default_factory=dict)

    def count(self, kind: str, number: int = 1) -> None:
        self.totals[kind] = self.totals.get(kind, 0) + number

    def differs(self, kind: str, **what: object) -> None:
        self.count(kind)
        listed = self.differences.setdefault(kind, [])
        if len(listed) < MOST_LISTED:
            listed.append(what)


@dataclass(frozen=True, slots=True)
class Ours:
    row: int
    batch: int
    own_ref: str
    record_id: str
    quantity: int
    status: str

    def told(self) -> dict[str, object]:
        return {
            "own_ref": self.own_ref,
            "record_id": self.record_id,
            "batch": self.batch,
            "row": self.row,
            "quantity": self.quantity,
            "status": self.status,
        }


def compare(row: Reconciliation, client: listing.Pages) -> Compared:
    """Read FINI's list to its end, then say what differs. Raises what reading it does:
    half a list proves nothing."""
    found = Compared(dict.fromkeys(("ours", "theirs", "alike", *KINDS), 0))
    by_record = _by_record(row, found)
    own_refs = {one.own_ref for one in by_record.values()}
    unsure = {one.own_ref: one for one in _ours(row, MAY_BE_THERE)}
    met: set[str] = set()
    for entry in listing.of_ipo(client, row.ipo_id):
        found.count("theirs")
        mine = by_record.get(entry.record_id) or unsure.get(entry.own_ref)
        if mine is None:
            kind = "doubled" if entry.own_ref in own_refs else "only_theirs"
            found.differs(kind, **_theirs(entry))
            continue
        met.add(mine.record_id)
        if said := _differences(mine, entry):
            found.differs("differing", **mine.told(), theirs=_theirs(entry), what=said)
        else:
            found.count("alike")
    for record_id, mine in by_record.items():
        if record_id not in met:
            found.differs("only_ours", **mine.told())
    return found


def _by_record(row: Reconciliation, found: Compared) -> dict[str, Ours]:
    """Two people may have given one record the recordID of another: FINI has one."""
    ours: dict[str, Ours] = {}
    for one in _ours(row, AT_FINI):
        found.count("ours")
        if ours.setdefault(one.record_id, one) is not one:
            found.differs("only_ours", **one.told())
    return ours


def _ours(row: Reconciliation, statuses: Iterable[str]) -> Iterator[Ours]:
    """A change stands for the record that it changed; an invalidation for none."""
    rows: QuerySet[EipoSubscription] = EipoSubscription.objects.filter(
        participant=row.participant_id,
        batch__profile=row.profile_id,
        ipo_id=row.ipo_id,
        status__in=list(statuses),
    ).exclude(batch__act=Act.INVALIDATE)
    known = Coalesce(
        NullIf("record_id", Value("")), "target__record_id", output_field=CharField()
    )
    read = rows.order_by("row").values_list(
        "row", "batch__number", "own_ref", known, "quantity", "status"
    )
    return (
        Ours(number, batch, own_ref, record_id or "", quantity, status)
        for number, batch, own_ref, record_id, quantity, status in read.iterator()
    )


def _theirs(entry: Subscription) -> dict[str, object]:
    return {
        "own_ref": printable(entry.own_ref, 64),
        "record_id": printable(entry.record_id, 40),
        "quantity": entry.quantity,
        "status": printable(entry.sub_flow_status, 20),
    }


def _differences(mine: Ours, entry: Subscription) -> list[str]:
    """Which of quantity, reference and status differ; an unknown code says nothing."""
    said = []
    if mine.quantity != entry.quantity:
        said.append("quantity")
    if mine.own_ref != entry.own_ref:
        said.append("own reference")
    is_over = {names.INVALIDATED: True, names.AUTHORISED: False}.get(
        entry.sub_flow_status
    )
    is_unsure = mine.status in MAY_BE_THERE
    if is_unsure or is_over not in {None, mine.status == S.INVALIDATED}:
        said.append("status")
    return said
