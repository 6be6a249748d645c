"""Entries of FINI's list without an own reference: each may be any record of its
quantity, and only a person can tell."""

from collections import defaultdict
from collections.abc import Sequence

from fini import persons
from fini.models import EipoSubscription
from fini.wire.records import Subscription
from portal.exchange.errors import printable

MOST_KEPT = 100  # of those with our documents, and of the others


class Nameless:
    """Held against the rows that are asked about, which have one IPO."""

    def __init__(self, asked: Sequence[EipoSubscription]) -> None:
        self._ipo_id = asked[0].ipo_id
        self._wanted = {None, *(row.quantity for row in asked)}
        self._rows: dict[bytes, list[int]] = defaultdict(list)  # by their document
        for row in asked:
            self._rows[bytes(row.number_hash)].append(row.row)
        self._quantities: set[int | None] = set()
        self._ours: list[dict[str, object]] = []
        self._others: list[dict[str, object]] = []

    def add(self, entry: Subscription) -> None:
        self._quantities.add(entry.quantity)
        if entry.quantity in self._wanted:
            self._keep(entry)

    def may_be(self, row: EipoSubscription) -> bool:
        return bool(self._quantities & {row.quantity, None})

    def kept(self) -> list[dict[str, object]]:
        """For `Sending.listed`: those with our documents first."""
        return self._ours + self._others

    def _keep(self, entry: Subscription) -> None:
        hashes = {
            persons.number_hash(one.id_type, one.jurisdiction, one.number)
            for one in entry.applicants
        }
        rows = [row for told in hashes for row in self._rows.get(told, ())]
        kept = self._ours if rows else self._others
        if len(kept) < MOST_KEPT:
            kept.append(
                {
                    "ipo_id": self._ipo_id,
                    "record_id": printable(entry.record_id, 40),
                    "quantity": entry.quantity,
                    "status": printable(entry.sub_flow_status, 10),
                    "rows": rows,
                }
            )
