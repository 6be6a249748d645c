"""Remote IP addresses are judged as HKEX judges them, one sentence a fault."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.addresses import AddressesRefused, judge

CIRCUITS = [IPv4Network("10.163.3.0/24"), IPv4Network("10.163.8.64/26")]
GOOD = ["10.163.3.44", "10.163.3.45", "10.163.3.46", "10.163.3.47"]


def refusal(texts: Sequence[str], platform: str = "ECP") -> list[str]:
    with pytest.raises(AddressesRefused) as caught:
        judge(texts, platform, CIRCUITS)
    return caught.value.sentences


@pytest.mark.ledger("ECP-54/P", "RAP-09/P")
@pytest.mark.parametrize("platform", ["ECP", "RAP"])
@pytest.mark.parametrize("number", [1, 4])
def test_one_to_four_addresses_pass(platform: str, number: int) -> None:
    judged = judge(GOOD[:number], platform, CIRCUITS)
    assert judged == tuple(IPv4Address(text) for text in GOOD[:number])


@pytest.mark.ledger("ECP-54/P", "RAP-09/P")
@pytest.mark.parametrize("platform", ["ECP", "RAP"])
def test_none_and_five_are_refused(platform: str) -> None:
    assert refusal(["", " "], platform) == [
        f"{platform} registers 1 to 4 addresses, and 0 are given."
    ]
    assert "5 are given" in refusal([*GOOD, "10.163.3.48"], platform)[0]


@pytest.mark.ledger("RRS-11/P")
def test_rrs_registers_exactly_two() -> None:
    assert len(judge(GOOD[:2], "RRS", CIRCUITS)) == 2
    assert "exactly 2" in refusal(GOOD[:1], "RRS")[0]
    assert "exactly 2" in refusal(GOOD[:3], "RRS")[0]


@pytest.mark.ledger("ECP-54/P")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("010.1.2.3", "leading zero"),
        ("10.163.3.00", "leading zero"),
        ("10.163.03.4", "leading zero"),
        ("1.2.3", "no IPv4 address"),
        ("10.163.3.4.5", "no IPv4 address"),
        ("10.163.3.", "no IPv4 address"),
        ("fe80::1", "no IPv4 address"),
        ("::ffff:10.163.3.4", "no IPv4 address"),
        ("10.163.3.4/24", "no IPv4 address"),
        ("10.163.3.-4", "no IPv4 address"),
        ("0x0a.1.2.3", "no IPv4 address"),
        ("10.163.3.٤", "no IPv4 address"),
        ("10.163.3.1111", "no IPv4 address"),
        ("10.163.3.256", "above 255"),
    ],
)
def test_what_is_no_strict_address_is_refused(text: str, said: str) -> None:
    (sentence,) = refusal([text])
    assert said in sentence


@pytest.mark.ledger("ECP-54/P")
def test_the_same_address_twice_is_refused() -> None:
    assert refusal([GOOD[0], GOOD[1], GOOD[0]]) == [
        "“10.163.3.44” is given 2 times: once is enough."
    ]


@pytest.mark.ledger("ECP-55")
def test_an_address_outside_the_circuits_is_refused() -> None:
    (sentence,) = refusal(["10.163.4.44"])
    assert sentence.startswith("10.163.4.44 is in none of your SDNet/2 or HSN")


@pytest.mark.ledger("ECP-55")
def test_three_octets_are_compared_whatever_the_circuits_mask() -> None:
    assert judge(["10.163.8.1"], "ECP", CIRCUITS) == (IPv4Address("10.163.8.1"),)


@pytest.mark.ledger("RAP-09/P", "RRS-11/P")
@pytest.mark.parametrize("platform", ["ECP", "RAP", "RRS"])
def test_all_addresses_share_their_first_three_octets(platform: str) -> None:
    (sentence,) = refusal(["10.163.3.44", "10.163.8.70"], platform)
    assert "share their first three octets" in sentence


def test_every_fault_has_its_sentence() -> None:
    given_ = ["1.2.3", "10.9.9.9", "10.163.3.44", "10.163.3.44", "10.163.3.45"]
    assert len(refusal(given_)) == 5


@given(st.lists(st.text(max_size=20), max_size=6))
def test_no_text_raises_anything_but_sentences(texts: list[str]) -> None:
    with pytest.raises(AddressesRefused):
        judge([*texts, "x"], "ECP", CIRCUITS)
