"""What a person has selected of an IPO's funding: for what, and whether it may be."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fini import names
from fini.funding import money
from fini.funding.totals import Totals, totals
from fini.models import FundingLine, Profile
from fini.refusals import Refusal
from fini.states import LIVE_DECISIONS

MOST = 5_000  # transactions of one proposal
LONGEST_REASON = 200
NOTHING = "Nothing was proposed."


@dataclass(frozen=True, slots=True)
class Wanted:
    """As the list's form says it: single lines, and the rest of one bank's.

    `rest_of` is a bank's name; None for no rest.
    """

    confirm: Collection[uuid.UUID] = ()
    reject: Collection[uuid.UUID] = ()
    rest_of: str | None = None
    rest_code: str = names.FUNDING_CONFIRMED


@dataclass(frozen=True, slots=True)
class Chosen:
    line: FundingLine
    code: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Selection:
    """What a proposal would hold, in the order of transactionRefs."""

    ipo_id: str
    chosen: Sequence[Chosen]
    totals: Totals
    fetched_at: dt.datetime  # of the oldest line in it
    deadline: dt.datetime | None

    @property
    def seen(self) -> str:
        """A hash over all that the page showed, to see that nothing has changed."""
        shown = [
            [one.line.transaction_ref, one.code, str(one.amount), one.line.bank]
            for one in self.chosen
        ]
        text = json.dumps([self.ipo_id, str(self.deadline), shown])
        return hashlib.sha256(text.encode()).hexdigest()


def select(
    profile: Profile, ipo_id: str, wanted: Wanted, now: dt.datetime
) -> Selection:
    """Raises Refusal where anything of it cannot be proposed, and names it."""
    if set(wanted.confirm) & set(wanted.reject):
        raise Refusal(
            "A transaction is marked both to confirm and to reject.",
            NOTHING,
            "Choose one of the two.",
        )
    chosen = _chosen(_lines(profile, ipo_id, wanted), wanted)
    if not chosen:
        raise Refusal(
            "No transaction is selected.",
            NOTHING,
            "Mark at least one that is pending.",
        )
    sums = totals((one.code, one.amount) for one in chosen)
    if sums.total >= money.MOST:
        raise Refusal(
            "The total is larger than any that can be kept.",
            NOTHING,
            "Select fewer transactions.",
        )
    deadlines = [one.line.deadline for one in chosen if one.line.deadline]
    if deadlines and min(deadlines) <= now:
        late = next(o.line for o in chosen if o.line.deadline == min(deadlines))
        raise Refusal(
            f"The deadline of {late.transaction_ref} has passed.",
            NOTHING,
            "Leave it out, and ask HKEX what becomes of it.",
        )
    return Selection(
        ipo_id,
        chosen,
        sums,
        min(one.line.fetched_at for one in chosen),
        min(deadlines, default=None),
    )


def _lines(profile: Profile, ipo_id: str, wanted: Wanted) -> list[FundingLine]:
    """Of this profile and IPO alone, whatever keys a form brings."""
    named = {*wanted.confirm, *wanted.reject}
    lines = FundingLine.objects.filter(profile=profile, ipo_id=ipo_id)
    found = {line.pk: line for line in lines.filter(pk__in=named)}
    if len(found) != len(named):
        raise Refusal(
            "Something that was selected is not among this IPO’s funding.",
            NOTHING,
            "Load the list again, and select anew.",
        )
    if wanted.rest_of is not None:
        rest = lines.filter(
            bank=wanted.rest_of, status=names.FUNDING_PENDING, is_listed=True
        ).exclude(decisions__status__in=LIVE_DECISIONS)
        found |= {line.pk: line for line in rest[: MOST + 1]}
    if len(found) > MOST:
        raise Refusal(
            f"More than {MOST:,} transactions are selected.",
            NOTHING,
            "Propose them in several parts.",
        )
    return sorted(found.values(), key=lambda line: line.transaction_ref)


def _chosen(lines: list[FundingLine], wanted: Wanted) -> list[Chosen]:
    confirm, reject = set(wanted.confirm), set(wanted.reject)
    codes = {
        **dict.fromkeys(confirm, names.FUNDING_CONFIRMED),
        **dict.fromkeys(reject, names.FUNDING_REJECTED),
    }
    return [
        Chosen(line, codes.get(line.pk, wanted.rest_code), _proposable(line))
        for line in lines
    ]


def _proposable(line: FundingLine) -> Decimal:
    """Its amount. Raises Refusal."""
    if not line.is_listed or line.status != names.FUNDING_PENDING:
        raise Refusal(
            f"{line.transaction_ref} is not pending at FINI.",
            NOTHING,
            "Load the list again, and select what is.",
        )
    if line.amount is None:
        raise Refusal(
            f"The amount of {line.transaction_ref} is not known: FINI’s answer has "
            "none in Hong Kong dollars that can be read.",
            NOTHING,
            "Decide it on HKEX’s own pages, and leave it out here.",
        )
    return line.amount
