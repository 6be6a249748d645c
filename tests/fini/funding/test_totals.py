"""Sums to the cent, whatever the amounts are; and what people type for them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fini.funding import money
from fini.funding.totals import totals

AMOUNTS = st.integers(1, 10**16).map(lambda cents: Decimal(cents) / 100)
DECISIONS = st.lists(st.tuples(st.sampled_from(["20", "30"]), AMOUNTS), max_size=200)


@given(DECISIONS)
def test_the_totals_are_the_cents_added_up(
    decisions: list[tuple[str, Decimal]],
) -> None:
    sums = totals(decisions)
    cents = {
        code: sum(int(amount * 100) for c, amount in decisions if c == code)
        for code in ("20", "30")
    }
    assert sums.confirm_total * 100 == cents["20"]
    assert sums.reject_total * 100 == cents["30"]
    assert sums.total * 100 == cents["20"] + cents["30"]
    assert sums.number == len(decisions)


@given(DECISIONS, DECISIONS)
def test_the_totals_of_parts_add_up_to_those_of_the_whole(
    first: list[tuple[str, Decimal]], second: list[tuple[str, Decimal]]
) -> None:
    whole = totals(first + second)
    assert whole.total == totals(first).total + totals(second).total


@given(AMOUNTS)
def test_what_is_shown_can_be_typed_back(amount: Decimal) -> None:
    assert money.typed(money.shown(amount)) == amount
    assert money.typed(f"HK$ {money.shown(amount)}") == amount
    assert money.typed(f" {amount:.2f} ") == amount


@given(AMOUNTS, st.sampled_from(["0.01", "-0.01", "100", "-100"]))
def test_another_total_is_never_taken_for_it(amount: Decimal, off: str) -> None:
    other = abs(amount + Decimal(off))  # of 50 less 100 it is 50 again
    assert other == amount or money.typed(money.shown(other)) != amount


@given(st.text())
def test_nothing_that_is_typed_breaks(text: str) -> None:
    typed = money.typed(text)
    assert typed is None or typed > 0


@pytest.mark.parametrize("text", ["13.622.445,00", "13,62,445.00", "1 000", "+5", "5."])
def test_what_could_be_read_in_two_ways_is_no_amount(text: str) -> None:
    assert money.typed(text) is None


def test_no_other_code_is_added_up() -> None:
    with pytest.raises(ValueError, match="confirmed or rejected"):
        totals([("10", Decimal(1))])


def test_where_nothing_is_confirmed_the_rejections_are_typed() -> None:
    assert totals([("30", Decimal("5.00"))]).to_type == Decimal("5.00")
    mixed = totals([("30", Decimal("5.00")), ("20", Decimal("7.00"))])
    assert mixed.to_type == Decimal("7.00")
