"""Hong Kong dollars as FINI writes, people type, and pages show them."""

import re
from decimal import Decimal

MOST = Decimal(10) ** 18  # what a column of 20 digits, two after the point, ends below
CENT = Decimal("0.01")
_PLAIN = re.compile(r"[0-9]{1,18}(\.[0-9]{1,6})?")
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3}){1,5}(\.[0-9]{1,6})?")


def read(value: object) -> Decimal | None:
    """An amount as text or number; None for what is none, is negative or zero, has
    parts of a cent, or does not fit."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    written = str(value).strip()
    if not (_PLAIN.fullmatch(written) or _GROUPED.fullmatch(written)):
        return None
    amount = Decimal(written.replace(",", ""))
    cents = amount.quantize(CENT)
    return cents if cents == amount and 0 < amount < MOST else None


def typed(text: str) -> Decimal | None:
    """A total as a person types it: with or without HK$, commas and cents. None for
    what is no amount; nothing is rounded."""
    written = (
        text.strip().removeprefix("HK$").replace("\N{NO-BREAK SPACE}", " ").strip()
    )
    return read(written)


def shown(amount: Decimal | None) -> str:
    """13,622,445.00"""
    return "" if amount is None else f"{amount:,.2f}"
