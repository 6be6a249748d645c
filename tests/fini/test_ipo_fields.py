"""Every field of an IPO is kept as it came, compared, and shown by itself."""

import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fini import ipo_fields
from fini.wire.records import ipo

LISTED = {"ipoID": "1234", "stkCode": "08888", "isin": "HK1", "status": "30"}
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def merged(**reference: object) -> dict[str, object]:
    return ipo_fields.merged(ipo({**LISTED, "board": "GEM"}), reference)


def test_fields_of_list_and_refdata_stand_together() -> None:
    assert merged(boardLot="500", **LISTED) == {"board": "GEM", "boardLot": "500"}


def test_a_known_field_in_which_refdata_differs_is_kept_too() -> None:
    assert merged(status="45")["status"] == "45"


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ({"stkNameChi": "沙盒", "stkNameEng": "Harbour Limited"}, "Harbour Limited"),
        ({"issuer_name": "Harbour Limited"}, "Harbour Limited"),
        ({"name": "Harbour\u202e\nLimited"}, "Harbour? Limited"),
        ({"companyName": "x" * 200}, "x" * 80),
        ({"sponsorName": "Bank", "stkName": ["Harbour"], "ipoName": " "}, ""),
    ],
)
def test_an_ipo_is_called_what_refdata_calls_it(
    reference: dict[str, object], name: str
) -> None:
    assert ipo_fields.name_of(reference) == name


def test_a_price_keeps_its_digits() -> None:
    assert merged(price=Decimal("5.50"))["price"] == "5.50"


def test_a_change_has_both_sides() -> None:
    before, after = {"a": 1, "gone": 2, "same": 3}, {"a": 4, "new": 5, "same": 3}
    assert ipo_fields.changes(before, after) == {
        "a": [1, 4],
        "gone": [2, None],
        "new": [None, 5],
    }


def test_what_is_inside_others_is_shown_by_its_path() -> None:
    fields = {"banks": [{"name": "A"}, {"name": "B"}], "open": True, "none": None}
    assert ipo_fields.shown(fields) == [
        ("banks[1].name", "A"),
        ("banks[2].name", "B"),
        ("open", "true"),
        ("none", ""),
    ]


def test_far_too_many_fields_are_cut_and_said_to_be() -> None:
    shown = ipo_fields.shown({str(number): number for number in range(9_999)})
    assert len(shown) == ipo_fields.MOST_SHOWN + 1
    assert shown[-1][1] == "More than 500 fields came."


def test_a_very_long_field_is_cut() -> None:
    assert len(ipo_fields.as_text("x" * 9_999)) == ipo_fields.LONGEST_SHOWN + 1


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.text(), JSON))
def test_whatever_comes_is_stored_compared_and_shown(fields: dict[str, object]) -> None:
    kept = merged(**fields) if "listed" not in fields else {}
    assert ipo_fields.changes(kept, json.loads(json.dumps(kept))) == {}
    assert all(isinstance(text, str) for _, text in ipo_fields.shown(kept))


@pytest.mark.parametrize("value", [[1, {"a": 2}], {"a": [1]}])
def test_a_nested_value_is_one_line(value: object) -> None:
    assert "\n" not in ipo_fields.as_text(value)


def test_no_mark_in_a_value_turns_a_page_around() -> None:
    marks = "a\u202eb\x1bc\r\nd"
    assert ipo_fields.as_text(marks) == "a?b?c d"
    assert ipo_fields.shown({marks: [marks]}) == [("a?b?c??d[1]", "a?b?c d")]


def test_a_value_of_many_values_is_cut() -> None:
    held = {"a": ["x" * 1_999] * 1_000}
    assert len(ipo_fields.as_text(held)) == ipo_fields.LONGEST_SHOWN + 1
