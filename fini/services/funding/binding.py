"""What the approval of a proposal binds, and what FINI must still show to send it."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal

from fini import names
from fini.funding import money
from fini.funding.entries import Entry
from fini.funding.totals import Totals, totals
from fini.models import FundingDecision, FundingProposal

KIND = "fini-funding"


def payload(pk: uuid.UUID) -> str:
    """SHA-256 over every transaction, code and amount, and the totals. Not over the
    status: the worker computes it once more while it sends."""
    row = FundingProposal.objects.select_related("participant", "profile").get(pk=pk)
    decisions = row.decisions.order_by("transaction_ref").values_list(
        "transaction_ref", "code", "amount", "bank", "reason"
    )
    seen = {
        "participant": row.participant.code,
        "environment": row.profile.environment,
        "profile": str(row.profile_id),
        "number": row.number,
        "ipo": row.ipo_id,
        "confirm_total": money.shown(row.confirm_total),
        "reject_total": money.shown(row.reject_total),
        "deadline": row.deadline.astimezone(dt.UTC).isoformat() if row.deadline else "",
        "decisions": [
            [ref, code, money.shown(amount), bank, reason]
            for ref, code, amount, bank, reason in decisions
        ],
    }
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


def totals_of(row: FundingProposal) -> Totals:
    """Added up anew from the decisions."""
    return totals(row.decisions.values_list("code", "amount"))


def adds_up(row: FundingProposal) -> bool:
    sums = totals_of(row)
    return (_cents(sums.confirm_total), _cents(sums.reject_total)) == (
        _cents(row.confirm_total),
        _cents(row.reject_total),
    )


def changed(
    row: FundingProposal,
    decisions: Iterable[FundingDecision],
    entries: Mapping[str, Entry],
) -> str:
    """What FINI shows otherwise than it was proposed; "" where nothing differs."""
    for decision in decisions:
        found = entries.get(decision.transaction_ref)
        if why := _differs(row, decision, found):
            return f"{decision.transaction_ref} {why}"
    return ""


def changed_rows(row: FundingProposal) -> str:
    """The same, of what FINI showed last: for the page, and when it is approved."""
    found = row.decisions.select_related("line").defer("line__fields")
    decisions = list(found.order_by("transaction_ref"))
    entries = {
        one.transaction_ref: Entry(
            one.transaction_ref,
            one.line.ipo_id,
            one.line.status,
            one.line.bank,
            one.line.amount,
            one.line.deadline,
            {},
        )
        for one in decisions
        if one.line.is_listed
    }
    return changed(row, decisions, entries)


def _differs(
    row: FundingProposal, decision: FundingDecision, found: Entry | None
) -> str:
    if found is None:
        return "is listed no more"
    if found.ipo_id not in ("", row.ipo_id):
        return f"is listed under IPO {found.ipo_id}"
    if found.status != names.FUNDING_PENDING:
        return f"is no longer pending, but has the status {found.status or 'of none'}"
    if found.amount is None or _cents(found.amount) != _cents(decision.amount):
        now = f"HK$ {money.shown(found.amount)}" if found.amount else "not known"
        return f"has an amount of {now}, not HK$ {money.shown(decision.amount)}"
    return "" if found.bank == decision.bank else "names another bank"


def _cents(amount: Decimal) -> Decimal:
    """SQLite gives back fewer noughts than it was given."""
    return amount.quantize(money.CENT)
