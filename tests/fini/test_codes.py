"""Codes are called what is known of them, and nothing is made up."""

import pytest

from fini import codes
from fini.codes import Grade, label
from fini.models import CodeKind


@pytest.mark.ledger("FINI-17/P")
@pytest.mark.parametrize("status", ["25", "30", "45", "60", "70"])
def test_a_printed_status_without_a_word_is_shown_as_its_number(status: str) -> None:
    assert label("ipo_status", status) == status


def test_a_code_that_nobody_knows_is_shown_as_it_came() -> None:
    assert label("ipo_status", "99") == "99"
    assert codes.grade("ipo_status", "99") == Grade.UNKNOWN


def test_the_same_code_of_another_kind_is_another_code() -> None:
    assert label("id_type", "4") == "LEI"
    assert label("sub_flow_status", "4") == "Invalidated"


def test_a_participants_own_word_comes_first() -> None:
    assert label("ipo_status", "30", {("ipo_status", "30"): "Open"}) == "Open"


def test_an_inferred_meaning_says_that_it_is_inferred() -> None:
    assert codes.grade("funding_status", "20") == Grade.INFERRED


def test_every_kind_of_code_is_one_that_an_admin_can_name() -> None:
    assert {kind for kind, _ in codes.KNOWN_CODES} == set(CodeKind.values)
