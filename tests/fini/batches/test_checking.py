"""Every row judged in full: what may go, what is told, what it sums up to."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fini.batches import checking, columns
from fini.batches.checking import Checked, Checker
from fini.batches.problems import Weight
from fini.batches.records import Rules, Totals
from fini.batches.rows import BatchUnreadable, Row
from tests.fini.batches.files import HEADING, LINE

RULES = Rules(
    ipo_ids=frozenset({"1234", "1235"}),
    id_types=frozenset({"1", "4", "8"}),
    search_key=b"k" * 32,
)
LAYOUT = columns.propose(HEADING).layout


def line(number: int = 2, **changed: str) -> Row:
    cells = dict(zip(HEADING, LINE, strict=True)) | {"ownRef": f"CL-{number}"}
    return Row(number, tuple((cells | changed).values()))


def check(*rows: Row, rules: Rules = RULES) -> list[Checked]:
    return list(Checker(LAYOUT, rules).check(rows))


def summed(found: list[Checked]) -> Totals:
    totals = Totals()
    for one in found:
        totals.add(one.record, one.found)
    return totals


def said(checked: Checked) -> list[tuple[str, str]]:
    return [(one.column, one.what) for one in checked.found]


def test_a_sound_row_becomes_a_record() -> None:
    (found,) = check(line())
    record = found.record
    assert record is not None
    assert found.found == ()
    assert (record.own_ref, record.ipo_id, record.firm_id) == ("CL-2", "1234", "00000")
    assert (record.quantity, record.id_type) == (1000, "1")
    assert (record.jurisdiction, record.number) == ("HKG", "A123456(3)")
    assert (record.name_english, record.name_chinese) == ("CHAN TAI MAN", "陳大文")


@pytest.mark.parametrize(
    ("column", "cell", "what"),
    [
        ("ownRef", "", "empty"),
        ("ownRef", "x" * 51, "51 characters"),
        ("ownRef", "=1+1", "begins as a formula"),
        ("ownRef", "CL-a123456 3", "holds the number of a document"),
        ("ownRef", "M011336(5)", "holds the number of a document"),
        ("firmID", "M0113365", "looks like the number of a document"),
        ("ipoID", "", "none was chosen"),
        ("ipoID", "9999", "no IPO of this ID"),
        ("firmID", "", "none was chosen"),
        ("firmID", "00 00", "letters and digits"),
        ("appQuantity", "", "empty"),
        ("appQuantity", "0", "between 1 and"),
        ("appQuantity", "-5", "digits alone"),
        ("appQuantity", "1e9", "digits alone"),
        ("appQuantity", "1000000000", "between 1 and"),
        ("appQuantity", "9" * 5_000, "digits alone"),
        ("appQuantity", "1,000", "digits alone"),
        ("appQuantity", "１０００", "digits alone"),
        ("idType", "", "none of 1, 4, 8"),
        ("idType", "HKID", "none of 1, 4, 8"),
        ("idCountryJurisdiction", "Hong Kong", "three letters"),
        ("idNum", "", "empty"),
        ("idNum", "X" * 41, "41 characters"),
        ("fullNameEng", "", "empty"),
        ("fullNameEng", "@SUM(A1)", "begins as a formula"),
        ("fullNameEng", "CHAN\0TAI", "cannot be printed"),
        ("fullNameEng", "N" * 201, "201 characters"),
        ("fullNameChi", "陳" * 201, "201 characters"),
    ],
)
def test_a_cell_that_will_not_do_keeps_its_row_back(
    column: str, cell: str, what: str
) -> None:
    (found,) = check(line(2, **{column: cell}))
    assert found.record is None
    (where,) = [column for column, told in said(found) if what in told]
    assert where == column


def test_a_row_is_judged_in_full() -> None:
    (found,) = check(Row(2, ("",) * 9))
    assert {where for where, _ in said(found)} == set(HEADING) - {"fullNameChi"}


def test_a_short_row_has_empty_cells() -> None:
    (found,) = check(Row(2, ("CL-1",)))
    assert found.record is None


def test_a_computed_cell_is_told() -> None:
    (found,) = check(replace(line(), formulas=frozenset({3})))
    assert said(found) == [("appQuantity", "The cell holds a formula: type its value.")]


def test_a_chinese_name_may_be_missing() -> None:
    (found,) = check(line(fullNameChi=""))
    assert found.record is not None


def test_what_was_chosen_on_screen_stands_for_an_empty_cell() -> None:
    chosen = replace(RULES, ipo_id="1235", firm_id="00123")
    (found,) = check(line(ipoID="", firmID=""), rules=chosen)
    assert found.record is not None
    assert (found.record.ipo_id, found.record.firm_id) == ("1235", "00123")


def test_an_own_reference_twice_keeps_the_second_back() -> None:
    first, second = check(line(2), line(3, ownRef="CL-2"))
    assert first.record is not None
    assert second.record is None
    assert ("ownRef", "The same as in row 2.") in said(second)


@pytest.mark.parametrize("spelling", ["A123456(3)", "a1234563", " A123456 (3) "])
def test_the_same_id_for_the_same_ipo_is_a_warning(spelling: str) -> None:
    _, second = check(line(2), line(3, idNum=spelling))
    assert second.record is not None
    assert said(second) == [("idNum", "The same ID applies for the same IPO in row 2.")]
    assert second.found[0].weight is Weight.WARNING


@pytest.mark.parametrize(
    "changed", [{"ipoID": "1235"}, {"idType": "4"}, {"idCountryJurisdiction": "CHN"}]
)
def test_the_same_number_otherwise_is_no_warning(changed: dict[str, str]) -> None:
    _, second = check(line(2), line(3, **changed))
    assert second.found == ()


@pytest.mark.parametrize("number", ["M011336(5)", "12345678"])
def test_an_hkid_that_fails_its_check_is_a_warning(number: str) -> None:
    (found,) = check(line(idNum=number))
    assert found.record is not None
    assert [one.weight for one in found.found] == [Weight.WARNING]


def test_a_number_of_another_type_has_no_check_digit() -> None:
    (found,) = check(line(idType="8", idNum="M011336(5)"))
    assert found.found == ()


def test_totals_add_up() -> None:
    totals = summed(
        check(
            line(2, appQuantity="500"),
            line(3, idNum="M011336(5)", ipoID="1235"),
            line(4, appQuantity="0", ipoID="9999"),
            line(5, idNum="G123456(A)"),
        )
    )
    assert (totals.rows, totals.fit, totals.unfit) == (4, 3, 1)
    assert (totals.problems, totals.warnings) == (2, 1)
    assert totals.shares == 2500
    assert totals.ipos == {"1234": (2, 1500), "1235": (1, 1000)}


def test_no_rows_make_empty_totals() -> None:
    assert check() == []
    assert summed([]) == Totals()


def test_a_row_too_many_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "MOST_ROWS", 2)
    with pytest.raises(BatchUnreadable, match="more than 2 rows"):
        check(line(2), line(3), line(4))


def test_nothing_of_a_person_is_said_or_shown() -> None:
    (found,) = check(line(idNum="A999999(9)", fullNameEng="=MERCY"))
    (sound,) = check(line())
    shown = repr((found, sound, line()))
    assert not [w for w in ("A999999", "MERCY", "A123456", "CHAN", "陳") if w in shown]


@settings(deadline=None)  # a busy machine is no fault of a row's
@given(st.lists(st.lists(st.text(max_size=12), max_size=12), max_size=8))
def test_no_row_upsets_it_and_totals_always_add_up(rows: list[Any]) -> None:
    found = check(*(Row(at, tuple(cells)) for at, cells in enumerate(rows, start=2)))
    totals = summed(found)
    assert totals.rows == len(found) == totals.fit + totals.unfit
    assert totals.problems + totals.warnings == sum(len(one.found) for one in found)
    assert totals.fit == sum(one.record is not None for one in found)
