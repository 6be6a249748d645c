"""Counts and sums of what is to be confirmed and what is to be rejected."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from fini import names

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Totals:
    """Of a proposal; amounts in Hong Kong dollars."""

    confirmed: int = 0
    confirm_total: Decimal = ZERO
    rejected: int = 0
    reject_total: Decimal = ZERO

    @property
    def number(self) -> int:
        return self.confirmed + self.rejected

    @property
    def total(self) -> Decimal:
        return self.confirm_total + self.reject_total

    @property
    def to_type(self) -> Decimal:
        """The total that an approver types: of the confirmations, or of the rejections
        where nothing is confirmed."""
        return self.confirm_total if self.confirmed else self.reject_total


def totals(decisions: Iterable[tuple[str, Decimal]]) -> Totals:
    """Of pairs of a code and an amount. Raises ValueError for any other code."""
    confirmed, rejected = [], []
    for code, amount in decisions:
        if code == names.FUNDING_CONFIRMED:
            confirmed.append(amount)
        elif code == names.FUNDING_REJECTED:
            rejected.append(amount)
        else:
            raise ValueError("funding is confirmed or rejected")
    return Totals(
        confirmed=len(confirmed),
        confirm_total=sum(confirmed, ZERO),
        rejected=len(rejected),
        reject_total=sum(rejected, ZERO),
    )
