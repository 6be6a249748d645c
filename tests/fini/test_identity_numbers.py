"""HKIDs: the digit that checks them, the mask, and the hash that finds them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fini import identity_numbers as numbers

KEY = b"k" * 32


@pytest.mark.parametrize(
    "number",
    ["A123456(3)", "AB987654(3)", "G123456(A)"],  # the usual textbook examples
)
def test_a_right_check_digit_is_no_warning(number: str) -> None:
    assert not numbers.check_digit_fails(number)


def test_the_guides_own_hkid_fails_its_check() -> None:
    """notes.md: M011336(5), and therefore a failing digit is only a warning."""
    assert numbers.looks_like_hkid("M011336(5)")
    assert numbers.check_digit_fails("M011336(5)")
    assert numbers.check_digit("M011336") == "6"


@pytest.mark.parametrize(
    "number", ["", "A12345(6)", "K12345678", "ABC123456(7)", "A123456"]
)
def test_what_is_no_hkid_has_no_check_digit_to_fail(number: str) -> None:
    assert not numbers.looks_like_hkid(number)
    assert not numbers.check_digit_fails(number)


@given(st.from_regex(r"[A-Z]{1,2}[0-9]{6}", fullmatch=True))
def test_one_check_digit_of_eleven_passes(stem: str) -> None:
    passing = [d for d in "0123456789A" if not numbers.check_digit_fails(stem + d)]
    assert passing == [numbers.check_digit(stem)]


@pytest.mark.parametrize(
    "written",
    ["m011336(5)", " M011336 (5) ", "M011336-5", "Ｍ０１１３３６（５）", "M0113365"],
)
def test_every_spelling_is_one_number(written: str) -> None:
    assert numbers.normalised(written) == "M0113365"
    assert numbers.search_hash(written, KEY) == numbers.search_hash("M011336(5)", KEY)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("M011336(5)", "M01••••(•)"),
        ("AB987654(3)", "AB9•••••(•)"),
        ("K12345678", "K12••••••"),
        ("12345", "1••••"),
        ("AB", "••"),
        ("", ""),
        ("X" * 60, "XXX••••••••"),
    ],
)
def test_a_masked_number_shows_its_beginning(number: str, shown: str) -> None:
    assert numbers.masked(number) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Chan Tai Man", "C••• T•• M••"),
        ("陳大文", "陳••"),
        ("X", "•"),
        ("", ""),
        ("  Mercy   Tam ", "M•••• T••"),
    ],
)
def test_a_masked_name_shows_its_initials(name: str, shown: str) -> None:
    assert numbers.masked_name(name) == shown


@given(st.text(max_size=40))
def test_no_text_upsets_any_of_it(text: str) -> None:
    assert len(numbers.search_hash(text, KEY)) == 32
    shown = numbers.masked(text).replace("•", "").replace("()", "")
    assert len(shown) <= numbers.SHOWN
    numbers.masked_name(text)
    numbers.check_digit_fails(text)


def test_another_key_gives_another_hash() -> None:
    other = numbers.search_hash("M011336(5)", b"o" * 32)
    assert numbers.search_hash("M011336(5)", KEY) != other


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        numbers.search_hash("M011336(5)", b"short")


@pytest.mark.parametrize(
    ("text", "number", "is_held"),
    [
        ("CL-A123456(3)", "A123456(3)", True),
        ("cl a123456-3/1", "A123456(3)", True),
        ("CL-240301-0001", "A123456(3)", False),
        ("CL-1", "1", False),
        ("CL-1", "", False),
    ],
)
def test_a_reference_that_holds_the_number_is_told(
    text: str, number: str, is_held: bool
) -> None:
    assert numbers.holds(text, number) == is_held


@pytest.mark.parametrize(
    ("code", "shown"), [("1", "1"), ("HKG", "HKG"), ("A123456(3)", "•"), ("", "")]
)
def test_what_is_too_long_for_a_code_is_hidden(code: str, shown: str) -> None:
    assert numbers.masked_code(code) == shown


@given(st.text(st.characters(max_codepoint=127)))
def test_the_short_way_for_plain_text_is_the_long_way(number: str) -> None:
    """With a character more that is not ASCII, the long way is taken."""
    assert numbers.normalised(number) + "陳" == numbers.normalised(number + "陳")


@given(st.text(st.sampled_from("AB12345678 ()（）\t-"), max_size=16))
def test_a_printed_hkid_is_seen_with_plain_brackets_and_with_wide(text: str) -> None:
    wide = text.replace("(", "（").replace(")", "）")
    assert numbers.quotes_hkid(text) == numbers.quotes_hkid(wide)
