"""One subscription of a batch as it will be sent, and what a batch may hold."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from fini.batches.problems import Problem, Weight


@dataclass(slots=True)
class Record:
    """A row that may be sent; the fields of the person never show in a repr."""

    row: int
    own_ref: str
    ipo_id: str
    firm_id: str
    quantity: int
    id_type: str = field(repr=False)
    jurisdiction: str = field(repr=False)
    number: str = field(repr=False)
    name_english: str = field(repr=False)
    name_chinese: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rules:
    """What rows are judged by; the lengths of guide D where it prints any.

    `ipo_id` and `firm_id` stand for columns the file has not. `ipo_ids` are those that
    FINI lists, `id_types` those that an admin has entered. `search_key` is of
    `identity_numbers.search_hash`.
    """

    ipo_ids: frozenset[str]
    id_types: frozenset[str]
    search_key: bytes = field(repr=False)
    ipo_id: str = ""
    firm_id: str = ""
    most_quantity: int = 999_999_999
    longest_own_ref: int = 50
    longest_number: int = 40
    longest_name: int = 200
    longest_firm_id: int = 10


@dataclass(slots=True)
class Totals:
    """Adds up: `rows` is `fit` and `unfit` together; `shares` are those of the fit."""

    rows: int = 0
    fit: int = 0
    unfit: int = 0
    problems: int = 0
    warnings: int = 0
    shares: int = 0
    ipos: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, record: Record | None, found: Iterable[Problem] = ()) -> None:
        """One row: its record unless a problem keeps it back, and what was found."""
        self.rows += 1
        for problem in found:
            is_problem = problem.weight is Weight.PROBLEM
            self.problems += is_problem
            self.warnings += not is_problem
        if record is None:
            self.unfit += 1
            return
        self.fit += 1
        self.shares += record.quantity
        records, shares = self.ipos.get(record.ipo_id, (0, 0))
        self.ipos[record.ipo_id] = (records + 1, shares + record.quantity)
