"""The funding of one IPO for its page: the totals, and the lines by key."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Prefetch, QuerySet, Sum

from fini import codes, ipo_fields, names
from fini.codes import Labels
from fini.funding import money
from fini.models import CodeKind, FundingDecision, FundingLine, FundingList, Profile
from fini.states import LIVE_DECISIONS
from portal.exchange.errors import printable

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """`bank` None: of every bank, since "" is that of lines without one."""

    bank: str | None = None
    status: str = ""
    after: str = ""  # the transactionRef that ended the page before


@dataclass(frozen=True, slots=True)
class BankSum:
    """Of one bank and one status; `unknown` are without an amount and not in it."""

    bank: str
    status: str
    word: str
    number: int
    unknown: int
    total: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    row: FundingLine
    word: str  # for its status
    live: FundingDecision | None  # of a proposal that is under way

    @property
    def can_select(self) -> bool:
        return (
            self.live is None
            and self.row.is_listed
            and self.row.amount is not None
            and self.row.status == names.FUNDING_PENDING
        )

    @property
    def firm_id(self) -> str:
        return firm_id(self.row)

    @property
    def came(self) -> list[tuple[str, str]]:
        """Every field, also those that no name of ours covers."""
        told = {k: v for k, v in self.row.fields.items() if k != names.EXCEPTION}
        return ipo_fields.shown(told)


@dataclass(frozen=True, slots=True)
class Page:
    lines: Sequence[Line]
    next_key: str


def page(profile: Profile, ipo_id: str, filters: Filters, labels: Labels) -> Page:
    """By transactionRef: two queries."""
    rows = _of(profile, ipo_id).filter(transaction_ref__gt=filters.after)
    if filters.bank is not None:
        rows = rows.filter(bank=filters.bank)
    if filters.status:
        rows = rows.filter(status=filters.status)
    live = FundingDecision.objects.filter(status__in=LIVE_DECISIONS)
    fetch = Prefetch("decisions", live.select_related("proposal"), to_attr="live")
    found = list(rows.order_by("transaction_ref").prefetch_related(fetch)[: PAGE + 1])
    shown = found[:PAGE]
    return Page(
        [_line(row, labels) for row in shown],
        shown[-1].transaction_ref if len(found) > PAGE else "",
    )


def sums(profile: Profile, ipo_id: str, labels: Labels) -> list[BankSum]:
    """By bank, then status: one query."""
    groups = (
        _of(profile, ipo_id)
        .filter(is_listed=True)
        .values_list("bank", "status")
        .annotate(number=Count("pk"), known=Count("amount"), total=Sum("amount"))
        .order_by("bank", "status")
    )
    return [
        BankSum(
            bank,
            status,
            _word(status, labels),
            number,
            number - known,
            (total or Decimal(0)).quantize(money.CENT),
        )
        for bank, status, number, known, total in groups
    ]


def pending_of(found: Sequence[BankSum]) -> Iterator[BankSum]:
    """The banks whose pending ones can be selected as a whole."""
    return (s for s in found if s.status == names.FUNDING_PENDING and not s.unknown)


def firm_id(row: FundingLine) -> str:
    return printable(ipo_fields.as_text(row.fields.get(names.FIRM_ID)), 20)


def list_of(profile: Profile, ipo_id: str) -> FundingList | None:
    return FundingList.objects.filter(profile=profile, ipo_id=ipo_id).first()


def _of(profile: Profile, ipo_id: str) -> QuerySet[FundingLine]:
    return FundingLine.objects.filter(profile=profile, ipo_id=ipo_id)


def _line(row: FundingLine, labels: Labels) -> Line:
    live: list[FundingDecision] = row.live  # type: ignore[attr-defined]
    return Line(row, _word(row.status, labels), live[0] if live else None)


def _word(status: str, labels: Labels) -> str:
    return codes.label(CodeKind.FUNDING_STATUS, status, labels) or "None"
