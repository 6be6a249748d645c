"""Which column is which: by its title, else by choice; missing and doubled are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fini.batches.columns import Column, propose
from tests.fini.batches.files import HEADING


def test_finis_own_names_are_all_known() -> None:
    found = propose(HEADING)
    assert found.settled
    assert [found.layout[Column(name)] for name in HEADING] == list(range(9))
    assert found.unknown == ()


@pytest.mark.parametrize(
    ("title", "column"),
    [
        ("Own Ref", Column.OWN_REF),
        (" app_quantity ", Column.QUANTITY),
        ("ＩＤ Ｎｕｍｂｅｒ", Column.ID_NUMBER),
        ("中文姓名", Column.NAME_CHINESE),
        ("Full name (English)", Column.NAME_ENGLISH),
    ],
)
def test_titles_are_known_in_other_spellings(title: str, column: Column) -> None:
    assert propose([title]).layout == {column: 0}


@pytest.mark.parametrize("missing", ["ownRef", "appQuantity", "idType", "idNum"])
def test_a_missing_column_is_told(missing: str) -> None:
    found = propose([name for name in HEADING if name != missing])
    assert found.missing == (Column(missing),)
    assert not found.settled


@pytest.mark.parametrize("missing", ["ipoID", "firmID", "fullNameChi"])
def test_what_is_chosen_on_screen_may_be_missing(missing: str) -> None:
    assert propose([name for name in HEADING if name != missing]).settled


def test_a_doubled_column_is_told_and_has_no_place() -> None:
    found = propose([*HEADING, "ID number"])
    assert found.doubled == (Column.ID_NUMBER,)
    assert Column.ID_NUMBER not in found.layout


def test_a_choice_settles_a_doubled_and_an_unknown_column() -> None:
    heading = [*HEADING[1:], "ID number", "Client"]
    found = propose(heading, {Column.ID_NUMBER: 5, Column.OWN_REF: 9})
    assert found.settled
    assert (found.layout[Column.ID_NUMBER], found.layout[Column.OWN_REF]) == (5, 9)
    assert found.unknown == ()


def test_a_choice_goes_before_what_a_title_says() -> None:
    found = propose(["ownRef", "idNum"], {Column.OWN_REF: 1})
    assert found.layout == {Column.OWN_REF: 1}
    assert Column.ID_NUMBER in found.missing


def test_a_column_that_says_nothing_to_us_is_told() -> None:
    assert propose([*HEADING, " Remarks "]).unknown == ((9, "Remarks"),)


@pytest.mark.parametrize(
    "chosen",
    [{Column.OWN_REF: 9}, {Column.OWN_REF: -1}, {Column.OWN_REF: 1, Column.IPO_ID: 1}],
)
def test_a_choice_that_cannot_be_is_refused(chosen: dict[Column, int]) -> None:
    with pytest.raises(ValueError, match="chosen"):
        propose(HEADING, chosen)


@given(st.lists(st.one_of(st.sampled_from(HEADING), st.text(max_size=8)), max_size=12))
def test_every_column_is_placed_doubled_missing_or_optional(heading: list[str]) -> None:
    found = propose(heading)
    assert not set(found.layout) & {*found.missing, *found.doubled}
    assert len(set(found.layout.values())) == len(found.layout)
