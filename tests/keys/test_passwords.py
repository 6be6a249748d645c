"""The encryption password: what it is made of, which were used, when to change it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import passwords

GOOD = "Abcdefgh1!"


@pytest.mark.ledger("ECP-61")
@pytest.mark.parametrize("password", [GOOD, "Aa1!" * 32, "!Aa0~~~~~~"])
def test_a_complying_password_has_no_fault(password: str) -> None:
    assert passwords.faults(password, password) == []


@pytest.mark.ledger("ECP-61")
@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("Abcdefg1!", "10 to 128"),
        ("Aa1!" * 32 + "x", "10 to 128"),
        ("abcdefgh1!", "upper-case"),
        ("ABCDEFGH1!", "lower-case"),
        ("Abcdefghi!", "a digit"),
        ("Abcdefgh12", "a symbol"),
        ("Abcdefgh 1!", "no blank"),
        ("Abcdefgh1!é", "printable ASCII"),
        ("Abcdefgh1!\x7f", "printable ASCII"),
        ("Abcdefgh1!\ud800", "printable ASCII"),
    ],
)
def test_each_fault_has_one_sentence(password: str, said: str) -> None:
    (sentence,) = passwords.faults(password, password)
    assert said in sentence
    assert password not in sentence


@pytest.mark.ledger("ECP-61")
def test_it_is_typed_twice() -> None:
    (sentence,) = passwords.faults(GOOD, GOOD + "x")
    assert "differ" in sentence


@pytest.mark.ledger("ECP-61")
@given(st.integers(10, 128))
def test_a_generated_password_always_complies(length: int) -> None:
    password = passwords.generate(length)
    assert len(password) == length
    assert passwords.faults(password, password) == []


def test_two_generated_passwords_differ() -> None:
    assert passwords.generate() != passwords.generate()


@pytest.mark.parametrize("length", [9, 129])
def test_no_password_is_generated_outside_the_rule(length: int) -> None:
    with pytest.raises(ValueError, match="10 to 128"):
        passwords.generate(length)


@pytest.mark.ledger("ECP-62")
def test_the_last_five_may_not_be_used_again_and_the_sixth_may() -> None:
    others, fifth, sixth = (passwords.hashed(GOOD + c) for c in "xyz")
    newest_first = [others, others, others, others, fifth, sixth]
    assert passwords.was_used(f"{GOOD}y", newest_first)
    assert not passwords.was_used(f"{GOOD}z", newest_first)


@pytest.mark.ledger("ECP-62")
def test_the_history_holds_no_password() -> None:
    one, other = passwords.hashed(GOOD), passwords.hashed(GOOD)
    assert one != other
    assert GOOD not in one
    assert one.startswith("scrypt$16384$8$5$")


@pytest.mark.parametrize(
    ("set_on", "reminded"),
    [
        ("2026-01-15", "2026-04-15"),
        ("2025-11-30", "2026-02-28"),
        ("2023-11-30", "2024-02-29"),
        ("2026-10-31", "2027-01-31"),
        ("2026-12-31", "2027-03-31"),
    ],
)
def test_the_reminder_comes_three_months_later(set_on: str, reminded: str) -> None:
    due = passwords.remind_on(dt.date.fromisoformat(set_on))
    assert due == dt.date.fromisoformat(reminded)


def test_the_months_are_a_setting() -> None:
    assert passwords.remind_on(dt.date(2026, 1, 31), 1) == dt.date(2026, 2, 28)
