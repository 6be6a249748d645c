"""What is read of an entry of funding/query, and what is kept of it."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from fini.errors import AnswerUnreadable
from fini.funding.entries import entry
from tests.fini.funding.builders import listed


@pytest.mark.ledger("FINI-26/P")
def test_an_entry_is_read_field_by_field() -> None:
    found = entry(listed(0, "2018140.00", deadline="2024-03-01 16:00:00"))
    assert (found.transaction_ref, found.status) == ("6398340114921", "10")
    assert (found.bank, found.amount) == ("Harbour Bank", Decimal("2018140.00"))
    assert found.deadline == dt.datetime(2024, 3, 1, 8, tzinfo=dt.UTC)


def test_what_came_is_kept_whole_as_json_can_hold_it() -> None:
    strange: dict[str, Any] = {
        "rate": Decimal("0.0100"),
        "nested": {"of": [Decimal("1.50")]},
    }
    kept = entry(listed(0, **strange)).fields
    assert kept["rate"] == "0.0100"
    assert kept["nested"] == {"of": ["1.50"]}
    assert kept["firmID"] == "00000"


@pytest.mark.parametrize(
    "missing", ["bank", "amount", "currency", "deadline", "ipoID", "preFundingStatus"]
)
def test_what_is_absent_is_not_known(missing: str) -> None:
    fields = listed(0)
    del fields[missing]
    found = entry(fields)
    assert found.transaction_ref == "6398340114921"
    assert (found.amount is None) == (missing == "amount")


@pytest.mark.parametrize(
    "amount",
    [
        *("", None, "-1.00", "0", "0.00", "1.005", "abc", "1e9", "NaN", True, [], {}),
        *("1234567890123456789.00", "1,00.00", "١٢٣"),
    ],
)
def test_an_amount_that_is_none_is_not_known(amount: Any) -> None:
    assert entry(listed(0, amount=amount)).amount is None


@pytest.mark.parametrize("amount", ["1,234.50", "1234.5", Decimal("1234.50")])
def test_an_amount_may_be_written_in_several_ways(amount: Any) -> None:
    assert entry(listed(0, amount=amount)).amount == Decimal("1234.50")


def test_an_amount_in_another_currency_is_not_known() -> None:
    assert entry(listed(0, currency="USD")).amount is None


@pytest.mark.parametrize("deadline", ["soon", "0001-01-01 00:00:00", 20240301, None])
def test_a_deadline_that_is_none_is_not_known(deadline: Any) -> None:
    assert entry(listed(0, deadline=deadline)).deadline is None


@pytest.mark.parametrize("ref", ["", None, "6" * 41])
def test_an_entry_without_a_transaction_is_unreadable(ref: Any) -> None:
    with pytest.raises(AnswerUnreadable):
        entry(listed(0, transactionRef=ref))


RTL = "\N{RIGHT-TO-LEFT OVERRIDE}"


@pytest.mark.parametrize("field", ["transactionRef", "ipoID"])
@pytest.mark.parametrize("mark", [RTL, "\n", "\x1b"])
def test_a_reference_that_cannot_be_shown_is_unreadable(field: str, mark: str) -> None:
    """It is approved by what is shown, and sent back as it came."""
    with pytest.raises(AnswerUnreadable):
        entry(listed(0, **{field: f"63{mark}98"}))


def test_no_bank_turns_the_amount_beside_it_around() -> None:
    found = entry(listed(0, bank=f"Harbour{RTL}Bank", preFundingStatus=f"1{RTL}0"))
    assert (found.bank, found.status) == ("Harbour?Bank", "1?0")
