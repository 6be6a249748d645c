"""Walking the chains from the first row, and naming the first broken one of each."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from portal.activity.chain import hash_of, head_is_ours
from portal.activity.models import Activity, Chain

CHUNK = 2000


@dataclass(frozen=True)
class Fault:
    """The first thing wrong with a chain. `what` is one of: gap, reordered, altered,
    cut tail, uncounted, head altered, no head; and against a checkpoint: no chain,
    shorter, other history."""

    chain: str
    seq: int
    what: str
    sentence: str

    def __str__(self) -> str:
        return f"chain {self.chain}, row {self.seq}, {self.what}: {self.sentence}"


@dataclass
class Report:
    chains: int = 0
    rows: int = 0
    faults: list[Fault] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        return asdict(self) | {"intact": not self.faults}


@dataclass
class _Walk:
    """How far one chain was found right."""

    seq: int = 0
    hash: str = ""


def verify(code: str | None = None) -> Report:
    """Every chain, or the one of this participant's code."""
    report = Report()
    for chain in Chain.objects.order_by("name").filter(
        **{"name": code} if code else {}
    ):
        rows, fault = walk(chain)
        report.chains += 1
        report.rows += rows
        if fault:
            report.faults.append(fault)
    if not code:
        report.faults += _orphans()
    return report


def walk(chain: Chain) -> tuple[int, Fault | None]:
    """(rows found right, the first fault); rows that arrive meanwhile are included."""
    done = _Walk()
    while True:
        before = done.seq
        for row in _rows_after(chain, before):
            fault = _check_row(chain, row, done)
            if fault:
                return done.seq, fault
            done.seq, done.hash = row.seq, row.hash
        # The head is read after the rows: it can be ahead of them, never behind.
        chain.refresh_from_db(fields=["count", "last_hash", "mac"])
        if chain.count <= done.seq or done.seq == before:
            return done.seq, _check_head(chain, done)


def _rows_after(chain: Chain, seq: int) -> Iterator[Activity]:
    """In chunks by key: constant memory, no long transaction."""
    after = seq or -1  # a forged row 0 must not hide before the first
    while True:
        rows = chain.rows.filter(seq__gt=after).order_by("seq")[:CHUNK]
        chunk = list(rows)
        yield from chunk
        if len(chunk) < CHUNK:
            return
        after = chunk[-1].seq


def _check_row(chain: Chain, row: Activity, done: _Walk) -> Fault | None:
    expected = done.seq + 1
    if row.seq != expected:
        sentence = f"row {expected} is missing; the next one is row {row.seq}."
        return Fault(chain.name, expected, "gap", sentence)
    if row.previous != done.hash:
        sentence = "it does not follow the row that stands before it."
        return Fault(chain.name, row.seq, "reordered", sentence)
    if row.hash != hash_of(row):
        sentence = "its content is not what was written."
        return Fault(chain.name, row.seq, "altered", sentence)
    return None


def _check_head(chain: Chain, done: _Walk) -> Fault | None:
    if not head_is_ours(chain):
        sentence = "the head row was changed; rows after this one may be cut off."
        return Fault(chain.name, done.seq, "head altered", sentence)
    if chain.count > done.seq:
        sentence = f"rows {done.seq + 1} to {chain.count} are cut off."
        return Fault(chain.name, done.seq + 1, "cut tail", sentence)
    if (chain.count, chain.last_hash) != (done.seq, done.hash):
        sentence = f"the head counts {chain.count} rows and knows nothing of this one."
        return Fault(chain.name, done.seq, "uncounted", sentence)
    return None


def _orphans() -> list[Fault]:
    row = (
        Activity.objects.exclude(chain__in=Chain.objects.all()).order_by("seq").first()
    )
    if row is None:
        return []
    sentence = "the head row of this chain is gone."
    return [Fault(str(row.chain_id), row.seq, "no head", sentence)]
