"""An entry of funding/query as our reading of it has it; nothing that came is dropped.

The deck prints no such entry. Amount, currency, bank and deadline are read under the
names of `names`, and what cannot be read is not known: then nothing is proposed on it.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from fini import names
from fini.funding import money
from fini.wire import records
from fini.wire.json_text import unreadable
from fini.wire.scalars import Fields, moment
from portal.exchange.errors import printable

LONGEST_REF, LONGEST_STATUS, LONGEST_BANK = 40, 10, 80  # as the table has them


@dataclass(frozen=True, slots=True)
class Entry:
    """`amount` in Hong Kong dollars, None where it is not known; `ipo_id` is "" where
    the entry names none. `fields`: all that came, as JSON can keep it."""

    transaction_ref: str
    ipo_id: str
    status: str
    bank: str
    amount: Decimal | None
    deadline: dt.datetime | None
    fields: Mapping[str, object] = field(repr=False)


def entry(found: Fields) -> Entry:
    """Raises AnswerUnreadable where it names no transaction that can be kept."""
    funding = records.funding(found)
    for name, value in (
        (names.TRANSACTION_REF, funding.transaction_ref),
        (names.IPO_ID, funding.ipo_id.strip()),
    ):
        if len(value) > LONGEST_REF:
            raise unreadable(f"{name} is longer than {LONGEST_REF} characters")
        if not value.isprintable():  # it is shown to be approved, and sent back as is
            raise unreadable(f"{name} holds characters that cannot be shown")
    return Entry(
        transaction_ref=funding.transaction_ref,
        ipo_id=funding.ipo_id.strip(),
        status=printable(funding.pre_funding_status.strip(), LONGEST_STATUS),
        bank=printable(_text(found, names.FUNDING_BANK), LONGEST_BANK),
        amount=_amount(found),
        deadline=_deadline(found),
        fields={name: _kept(value) for name, value in found.items()},
    )


def _amount(found: Fields) -> Decimal | None:
    currency = _text(found, names.FUNDING_CURRENCY)
    if currency not in ("", names.HONG_KONG_DOLLAR):
        return None
    return money.read(found.get(names.FUNDING_AMOUNT))


def _deadline(found: Fields) -> dt.datetime | None:
    """None also for a year that no deadline can be in, and some tables cannot hold."""
    at = moment(_text(found, names.FUNDING_DEADLINE))
    return at if at is not None and 2000 <= at.year < 2200 else None


def _text(found: Fields, name: str) -> str:
    value = found.get(name)
    return value.strip() if isinstance(value, str) else ""


def _kept(value: object) -> object:
    """Numbers with a point in their digits: JSON has no Decimal."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {name: _kept(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_kept(inner) for inner in value]
    return value
