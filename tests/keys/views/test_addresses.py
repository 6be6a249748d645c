"""Remote IP addresses: each fault at its field in one sentence, and nothing stored."""

import pytest
from cryptography.hazmat.primitives.serialization import PrivateFormat
from django.test import Client

from keys.models import RemoteIp, SftpAccount, Subnet
from portal import clock
from portal.people.models import Participant
from tests.keys.keyfiles import private_file
from tests.keys.views import builders


@pytest.fixture(autouse=True)
def circuit(participant: Participant) -> Subnet:
    return builders.subnet(participant)


def given(*texts: str) -> dict[str, str]:
    numbered = {f"address_{n}": text for n, text in enumerate(texts, 1)}
    return {"on": str(clock.today()), **numbered}


@pytest.mark.ledger("ECP-54/P")
def test_the_whole_set_is_recorded(
    by_charlie: Client, ecp: SftpAccount, page: str
) -> None:
    by_charlie.post(f"{page}addresses/", given("10.163.3.44", "10.163.3.45"))
    by_charlie.post(f"{page}addresses/", given("10.163.3.45", "10.163.3.46"))
    held = RemoteIp.objects.filter(account=ecp, removed_on=None)
    assert set(held.values_list("address", flat=True)) == {"10.163.3.45", "10.163.3.46"}


@pytest.mark.ledger("ECP-54/P", "ECP-55")
@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["010.1.2.3"], "has a leading zero"),
        (["10.163.03.45"], "has a leading zero"),
        (["1.2.3"], "is no IPv4 address"),
        (["fe80::1"], "is no IPv4 address"),
        (["10.163.3.256"], "above 255"),
        (["10.9.9.9"], "is in none of your SDNet/2 or HSN"),
        (["10.163.3.44", "10.163.3.44"], "once is enough"),
        ([], "registers 1 to 4 addresses"),
        (["<script>"], "is no IPv4 address"),
    ],
)
def test_a_fault_is_one_sentence_and_nothing_is_stored(
    by_charlie: Client, page: str, texts: list[str], words: str
) -> None:
    answer = by_charlie.post(f"{page}addresses/", given(*texts))
    told = answer.content.decode()
    assert answer.status_code == 422
    assert words in told
    assert "<script>" not in told
    assert not RemoteIp.objects.exists()


def test_the_fault_stands_at_its_own_field(by_charlie: Client, page: str) -> None:
    told = by_charlie.post(f"{page}addresses/", given("10.163.3.44", "10.163.03.45"))
    form = told.content.decode()
    assert 'id="id_address_2-e"' in form
    assert 'id="id_address_1-e"' not in form


def test_a_private_key_in_a_field_is_refused_and_never_comes_back(
    by_charlie: Client, page: str
) -> None:
    secret = private_file(PrivateFormat.OpenSSH).decode()
    told = by_charlie.post(f"{page}addresses/", given("10.163.3.44", secret))
    text = told.content.decode()
    assert "treat the key as exposed" in text
    assert "PRIVATE" not in text
    assert not RemoteIp.objects.exists()


def test_circuits_are_recorded_by_their_subnets(by_charlie: Client) -> None:
    by_charlie.post("/p/CP00010/keys/circuits/", {"hsn": "10.20.30.0/24"})
    assert list(Subnet.objects.values_list("circuit", "network")) == [
        ("hsn", "10.20.30.0/24")
    ]


def test_a_subnet_that_is_none_changes_nothing(by_charlie: Client) -> None:
    answer = by_charlie.post("/p/CP00010/keys/circuits/", {"hsn": "ten dot"})
    assert answer.status_code == 422
    assert Subnet.objects.get().network == "10.163.3.0/24"
