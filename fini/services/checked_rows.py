"""Rows of a batch as they are stored: records sealed, problems in a table."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from uuid_utils.compat import uuid7

from fini.batches.binding import Binding
from fini.batches.checking import Checked, also, names_somebody
from fini.batches.columns import Column
from fini.batches.problems import Problem, Weight
from fini.batches.records import Record, Totals
from fini.models import Batch, BatchProblem, EipoSubscription
from fini.persons import Person, seal_person
from fini.selectors import earlier
from fini.services.batch_files import storable
from fini.services.insertion import Insertion
from fini.states import SubscriptionStatus

MOST_PROBLEMS = 10_000  # kept; the count is true
S = SubscriptionStatus
COLUMNS = (
    *("id", "row", "status", "own_ref", "ipo_id", "firm_id", "quantity"),
    *("sealed_person", "number_hash", "error_text"),
)


@dataclass(slots=True)
class Prepared:
    """A row as its own file judges it, and what is stored of it then, by COLUMNS."""

    checked: Checked
    values: tuple[Any, ...] = field(repr=False)


class CheckedRows:
    """Stores some rows at a time; sums up all, and digests the fit, as they pass."""

    def __init__(self, batch: Batch, target: EipoSubscription | None = None) -> None:
        """`target`: the record that is changed, whose own reference this one has."""
        self.totals = Totals()
        self._batch, self._target = batch, target
        like = EipoSubscription(
            participant=batch.participant, batch=batch, row=0, quantity=0, target=target
        )
        self._insertion = Insertion(like, COLUMNS)
        self._binding = Binding()
        self._problems = 0

    def digest(self) -> str:
        return self._binding.hexdigest()

    def prepared(self, some: Iterable[Checked]) -> list[Prepared]:
        """Sealed; what needs no database, and may be done in another thread."""
        return [Prepared(one, self._values(one)) for one in some]

    def store(self, some: Sequence[Prepared]) -> list[Checked]:
        """In the caller's transaction; answers them judged beside other batches."""
        self._insertion.insert([one.values for one in some])
        if self._target is None:
            self._judge(some)
        judged = [one.checked for one in some]
        room = MOST_PROBLEMS - self._problems
        found = [p for one in judged for p in one.found][: max(room, 0)]
        self._problems += len(found)
        BatchProblem.objects.bulk_create(_row(self._batch, p) for p in found)
        for one in judged:
            self.totals.add(one.record, one.found)
            if one.record is not None:
                act_on = self._target.record_id if self._target else ""
                self._binding.add(one.record, act_on)
        return judged

    def _judge(self, some: Sequence[Prepared]) -> None:
        """Beside what other batches have, which the database tells of rows it holds."""
        rows = [one.checked.row for one in some]
        stored = EipoSubscription.objects.filter(
            batch=self._batch, row__range=(min(rows), max(rows))
        )
        refs = stored.exclude(own_ref="").values("own_ref")
        hashes = stored.exclude(number_hash=b"").values("number_hash")
        known = (
            earlier.own_refs(self._batch, refs),
            earlier.documents(self._batch, hashes),
        )
        if not any(known):
            return
        said = defaultdict(list)
        for one in some:
            if more := list(_known(one.checked, *known)):
                one.checked = also(one.checked, more)
                said[_error_text(one.checked)].append(one.checked.row)
        said.pop("", None)  # fit all the same: warned of, and no more
        for text, doubled in said.items():
            kept_back = stored.filter(row__in=doubled)
            kept_back.update(status=S.KEPT_BACK, error_text=text)

    def _values(self, one: Checked) -> tuple[Any, ...]:
        """By COLUMNS."""
        pk, seen = uuid7(), one.seen
        fit = one.record is not None
        wrong = {p.column for p in one.found if p.weight is Weight.PROBLEM}
        # In a shifted row these may be anything, a person's number too, and they are
        # not sealed: what is none of them is not kept.
        is_reference = fit or not names_somebody(seen)
        return (
            self._insertion.key(pk),
            one.row,
            S.DRAFTED.value if fit else S.KEPT_BACK.value,
            _cut(seen.own_ref, 50) if is_reference else "",
            "" if Column.IPO_ID in wrong else seen.ipo_id,
            "" if Column.FIRM_ID in wrong else seen.firm_id,
            seen.quantity,
            seal_person(pk, person_of(seen, fit=fit)),
            one.number_hash,
            _error_text(one),
        )


def _known(
    one: Checked, refs: Mapping[str, int], documents: Mapping[earlier.Document, int]
) -> Iterator[Problem]:
    if number := refs.get(one.seen.own_ref):
        said = f"Batch {number:,} has this own reference already."
        yield Problem(one.row, Column.OWN_REF, said)
    if number := documents.get((one.seen.ipo_id, one.number_hash)):
        said = f"The same ID applies for the same IPO in batch {number:,}."
        yield Problem(one.row, Column.ID_NUMBER, said, Weight.WARNING)


def person_of(record: Record, *, fit: bool = True) -> Person:
    """Of a row that is not fit, as much as a page would show."""
    told = (
        *(record.id_type, record.jurisdiction, record.number),
        *(record.name_english, record.name_chinese),
    )
    return Person(*told) if fit else Person(*(_cut(text, 200) for text in told))


def _error_text(one: Checked) -> str:
    """Why it is kept back; "" for what is fit."""
    problems = (p for p in one.found if p.weight is Weight.PROBLEM)
    return " ".join(f"{p.column}: {p.what}" for p in problems)


def _cut(text: str, longest: int) -> str:
    return storable(text[:longest])


def _row(batch: Batch, problem: Problem) -> BatchProblem:
    return BatchProblem(
        batch=batch,
        row=problem.row,
        column=str(problem.column),
        what=problem.what,
        weight=problem.weight.value,
    )
