"""Two slots a login: the guides' worked examples, and every turn of a key."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.platforms import ECP, PLATFORMS, RAP, RRS, Platform
from sandbox.slots import SlotRefusal, Slots, register, renew

DAY = timedelta(days=1)
EVERY = pytest.mark.parametrize("platform", PLATFORMS.values(), ids=list(PLATFORMS))


def lines(slots: Slots) -> list[str]:
    return [key.line for key in slots.keys]


def renewed_on(platform: Platform, day: date, first: date) -> Slots:
    """A is Current since `first`, B is put beside it."""
    return renew(platform, register(platform, Slots(), "A", first), "B", day)


@pytest.mark.ledger("RAP-12/S", "RAP-13/S")
def test_guide_c_renewed_on_1_march_2024() -> None:
    slots = renewed_on(RAP, date(2024, 3, 1), date(2023, 6, 1))
    assert lines(slots.on(date(2024, 3, 14))) == ["A", "B"]
    assert lines(slots.on(date(2024, 3, 15))) == ["B"]
    assert lines(slots.on(date(2026, 2, 28))) == ["B"]
    assert lines(slots.on(date(2026, 3, 1))) == []


@pytest.mark.ledger("RRS-08/S")
def test_guide_b_renewed_on_1_march_2020() -> None:
    slots = renewed_on(RRS, date(2020, 3, 1), date(2019, 6, 1))
    assert lines(slots.on(date(2020, 3, 14))) == ["A", "B"]
    assert lines(slots.on(date(2020, 3, 15))) == ["B"]
    assert lines(slots.on(date(2022, 3, 1))) == ["B"]
    assert lines(slots.on(date(2022, 3, 2))) == []


@pytest.mark.ledger("ECP-43/S", "ECP-44/S")
def test_guide_a_renewed_on_1_july_2021() -> None:
    slots = renewed_on(ECP, date(2021, 7, 1), date(2021, 2, 1))
    assert slots.current is not None
    assert slots.renewed is not None
    assert slots.current.created_on == date(2021, 2, 1)
    assert slots.current.expires_on == date(2021, 7, 15)
    assert slots.renewed.expires_on == date(2023, 7, 1)


@pytest.mark.ledger("ECP-43/S")
def test_a_first_key_is_current_for_two_years() -> None:
    slots = register(ECP, Slots(), "A", date(2024, 3, 1))
    assert slots.current is not None
    assert (slots.renewed, slots.current.expires_on) == (None, date(2026, 3, 1))


def test_two_years_from_29_february_end_on_the_28th() -> None:
    slots = register(ECP, Slots(), "A", date(2024, 2, 29))
    assert slots.current is not None
    assert slots.current.expires_on == date(2026, 2, 28)


@pytest.mark.ledger("ECP-43/S")
def test_a_first_registration_needs_an_empty_slot_at_ecp() -> None:
    slots = register(ECP, Slots(), "A", date(2024, 3, 1))
    with pytest.raises(SlotRefusal):
        register(ECP, slots, "B", date(2025, 3, 1))
    assert lines(register(ECP, slots, "B", date(2026, 3, 1))) == ["B"]


@pytest.mark.parametrize("platform", [RAP, RRS], ids=["RAP", "RRS"])
def test_hkex_registers_again_in_place_of_both(platform: Platform) -> None:
    slots = renewed_on(platform, date(2024, 3, 1), date(2024, 1, 1))
    assert lines(register(platform, slots, "C", date(2024, 3, 2))) == ["C"]


@EVERY
@pytest.mark.ledger("ECP-44/S", "RAP-12/S", "RRS-08/S")
def test_a_renewal_does_not_lengthen_an_old_key(platform: Platform) -> None:
    first = date(2024, 3, 1)
    ends = platform.expires_on(first)
    slots = renewed_on(platform, ends - 3 * DAY, first)
    assert slots.current is not None
    assert slots.current.expires_on == ends


@EVERY
@pytest.mark.ledger("ECP-44/S")
def test_a_renewal_needs_a_current_key(platform: Platform) -> None:
    with pytest.raises(SlotRefusal):
        renew(platform, Slots(), "B", date(2024, 3, 1))
    dead = register(platform, Slots(), "A", date(2020, 3, 1))
    with pytest.raises(SlotRefusal):
        renew(platform, dead, "B", date(2024, 3, 1))


@EVERY
@pytest.mark.ledger("ECP-45/S")
def test_renewed_becomes_current_when_current_expires(platform: Platform) -> None:
    slots = renewed_on(platform, date(2024, 3, 1), date(2024, 1, 1))
    moved = slots.on(date(2024, 3, 15))
    assert (moved.current, moved.renewed) == (slots.renewed, None)


@EVERY
@pytest.mark.ledger("ECP-46/S", "RAP-14/S")
def test_a_third_key_replaces_the_renewed_and_leaves_the_first(
    platform: Platform,
) -> None:
    slots = renewed_on(platform, date(2024, 3, 1), date(2024, 1, 1))
    third = renew(platform, slots, "C", date(2024, 3, 10))
    assert third.renewed is not None
    assert third.current == slots.current
    assert third.renewed.line == "C"
    assert third.renewed.expires_on == platform.expires_on(date(2024, 3, 10))


@EVERY
@pytest.mark.ledger("ECP-48/S")
@pytest.mark.parametrize("line", ["A", "B"])
def test_a_registered_key_is_not_taken_again(platform: Platform, line: str) -> None:
    slots = renewed_on(platform, date(2024, 3, 1), date(2024, 1, 1))
    with pytest.raises(SlotRefusal):
        renew(platform, slots, line, date(2024, 3, 10))


@given(
    st.sampled_from(list(PLATFORMS.values())),
    st.lists(st.integers(min_value=0, max_value=400), max_size=12),
)
def test_no_history_lengthens_a_key_or_makes_three(
    platform: Platform, waits: list[int]
) -> None:
    day = date(2024, 1, 1)
    slots = register(platform, Slots(), "0", day)
    for number, wait in enumerate(waits, 1):
        day += wait * DAY
        before = {key.line: key.expires_on for key in slots.on(day).keys}
        slots = renew(platform, slots, str(number), day)
        after = {key.line: key.expires_on for key in slots.keys}
        kept = before.keys() & after.keys()
        assert len(after) == 2
        assert all(after[name] <= before[name] for name in kept)
        assert slots.on(day) == slots
