"""Expiry warnings are read in all three forms and held against our timeline."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.timelines import Slot, Timeline, timeline
from keys.warnings import (
    Difference,
    Row,
    differences,
    is_warning,
    parse,
    warned_on,
)
from tests.keys.histories import registered, renewed

DAY = dt.date.fromisoformat
A = "90:4e:0d:c7:00:37:51:8d:56:5a:a2:d1:93:27:51:2c"
B = "a2:d1:93:27:51:2c:4e:0d:c7:00:37:51:8d:56:5a:51"
C = "12:f8:7e:78:61:b4:bf:e2:de:24:15:96:4e:d4:72:53"
# Guide A §4.6.3, in columns whose widths it does not tell.
ECP = f"""\
{"Public Key":<22}{"Creation Date":<16}{"Expiration Date":<18}Fingerprint\r
{"Current Public Key":<22}{"2021-02-01":<16}{"2021-07-15":<18}{A}\r
{"Renewed Public Key":<22}{"2021-07-01":<16}{"2023-07-01":<18}{B}\r
""".encode()
ROWS = (
    Row(Slot.CURRENT, DAY("2021-02-01"), DAY("2021-07-15"), A),
    Row(Slot.RENEWED, DAY("2021-07-01"), DAY("2023-07-01"), B),
)
TODAY = DAY("2021-07-03")


def ours() -> Timeline:
    events = [registered(DAY("2021-02-01"), A), renewed(DAY("2021-07-01"), B)]
    return timeline("ECP", events)


@pytest.mark.ledger("ECP-52/P", "RAP-15/P")
def test_the_table_of_guide_a_is_read() -> None:
    assert parse(ECP) == ROWS


@pytest.mark.ledger("ECP-52/P")
def test_a_table_with_the_current_key_alone_is_read() -> None:
    assert parse(b"".join(ECP.splitlines(keepends=True)[:2])) == ROWS[:1]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + ECP,
        ECP.replace(b"\r\n", b"\n"),
        ECP.decode().encode("utf-16"),
        ECP.replace(b"  ", b"\t"),
        ECP.replace(A.encode(), A.upper().encode()),
    ],
    ids=["BOM", "LF", "UTF-16", "tabs", "capitals"],
)
def test_the_table_in_other_clothes_is_read(content: bytes) -> None:
    assert parse(content) == ROWS


@pytest.mark.ledger("RRS-09/P")
@pytest.mark.parametrize(
    "text",
    [
        f"Current Key\nCreation date: 2021-02-01\nExpiry date: 2021-07-15\n{A}\n"
        f"Renewed Key\nCreation date: 2021-07-01\nExpiry date: 2023-07-01\n{B}\n",
        f"The current key {A} was created on 20210201 and will expire on 20210715.\n"
        f"The renewed key {B} was created on 20210701 and will expire on 20230701.\n",
        f"Current: MD5:{A} created 01/02/2021 expires 15/07/2021; "
        f"Renewed: MD5:{B} created 1 Jul 2021 expires 1 July 2023",
    ],
)
def test_free_text_is_read_by_the_words_before_its_facts(text: str) -> None:
    assert parse(text.encode()) == ROWS


@pytest.mark.ledger("RRS-09/P")
def test_free_text_that_says_less_gives_what_it_says() -> None:
    text = f"Your SSH key {A} will expire on 2021-07-15. Please renew it."
    assert parse(text.encode()) == (Row(None, None, DAY("2021-07-15"), A),)


def test_a_date_that_does_not_exist_is_left_out() -> None:
    (row,) = parse(f"Fingerprint {A}, expires 2021-02-30".encode())
    assert row == Row(None, None, None, A)


@pytest.mark.parametrize(
    "content", [b"", b"No key expires.", b"current renewed", b"\xff\xfe\0\0" * 99]
)
def test_what_says_nothing_gives_no_rows(content: bytes) -> None:
    assert parse(content) == ()


@given(st.binary(max_size=500))
def test_no_bytes_raise(noise: bytes) -> None:
    parse(noise)
    parse(ECP.replace(b"2021", noise[:4]) + noise)


@given(st.text(st.sampled_from("0123456789-/: abcdeintrxpCuR\n"), max_size=300))
def test_no_text_near_a_warning_raises(text: str) -> None:
    rows = parse(f"expires {text} created {text}".encode())
    differences(ours(), rows, TODAY)


def test_a_huge_file_gives_a_bounded_answer() -> None:
    assert len(parse(ECP * 10_000)) == 100


def test_the_names_are_known() -> None:
    assert is_warning("SSHKeyExpireWarning.txt")
    assert is_warning("SSHKeyExpireWarning_20260301.txt")
    assert not is_warning("SSHKeyExpireWarning.txt.rcvd")
    assert warned_on("SSHKeyExpireWarning_20260301.txt") == DAY("2026-03-01")
    assert warned_on("SSHKeyExpireWarning_20260230.txt") is None
    assert warned_on("SSHKeyExpireWarning.txt") is None


@pytest.mark.ledger("ECP-52/P", "RAP-15/P")
def test_a_warning_that_agrees_has_no_difference() -> None:
    assert differences(ours(), ROWS, TODAY) == ()


def test_another_date_is_shown_from_both_sides() -> None:
    row = Row(Slot.CURRENT, DAY("2021-02-01"), DAY("2021-07-14"), A)
    assert differences(ours(), [row, ROWS[1]], TODAY) == (
        Difference(
            "The current key has another expiration date", "2021-07-15", "2021-07-14"
        ),
    )


def test_another_key_in_the_slot_is_a_difference() -> None:
    row = Row(Slot.RENEWED, DAY("2021-07-01"), DAY("2023-07-01"), C)
    (difference,) = differences(ours(), [ROWS[0], row], TODAY)
    assert difference == Difference("The renewed key has another fingerprint", B, C)


def test_a_key_that_we_do_not_know_is_a_difference() -> None:
    alone = timeline("ECP", [registered(DAY("2021-02-01"), A)])
    (difference,) = differences(alone, [ROWS[1]], TODAY, complete=False)
    assert difference == Difference("The renewed key is not in our records", "", B)


def test_a_key_that_a_complete_form_leaves_out_is_a_difference() -> None:
    expected = Difference("The renewed key is not listed", B, "")
    assert differences(ours(), ROWS[:1], TODAY) == (expected,)
    assert differences(ours(), ROWS[:1], TODAY, complete=False) == ()


def test_a_row_without_a_slot_is_held_to_the_key_it_names() -> None:
    agreed = Row(None, None, DAY("2023-07-01"), B)
    other = Row(None, None, DAY("2021-07-15"), B)
    assert differences(ours(), [agreed], TODAY) == ()
    assert len(differences(ours(), [other], TODAY)) == 1


def test_a_row_with_nothing_but_an_end_is_held_to_the_key_that_ends_then() -> None:
    agreed = Row(None, None, DAY("2023-07-01"), None)
    other = Row(None, None, DAY("2024-07-01"), None)
    assert differences(ours(), [agreed], TODAY) == ()
    assert differences(ours(), [other], TODAY)[0].ours == "2021-07-15"
