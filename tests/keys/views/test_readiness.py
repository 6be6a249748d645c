"""The checklist of an account: green, or what to do; marks with who and when."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from keys.models import (
    Host,
    Login,
    LoginOutcome,
    LoginPurpose,
    ReadinessMark,
    RemoteIp,
    SftpAccount,
)
from keys.selectors.readiness import checklist
from keys.services import logins
from portal import clock
from portal.people.models import Participant, User
from tests.keys.views import builders, site
from tests.keys.views.conftest import Browser
from tests.shown import shown


@pytest.fixture
def here(page: str) -> str:
    return f"{page}readiness/"


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.ledger("ECP-73", "ECP-76")
def test_an_ep_is_told_all_that_it_lacks_at_ecp(by_charlie: Client, here: str) -> None:
    page = text(by_charlie, here)
    for item in (
        *("Circuit to HKEX", "Login account with the SFTP right", "EU_ECPTO"),
        *("EU_ECPHKIDR", "EU_ECPSFTP", "Addresses registered", "Key registered"),
        *("Host key confirmed", "Algorithms shared", "Client consent declared"),
        "Login works",
    ):
        assert item in page
    assert "<strong>0 of 12</strong> done" in page


@pytest.mark.ledger("ECP-73")
def test_a_non_ep_does_not_need_the_function_of_an_ep(
    by_charlie: Client, here: str, participant: Participant
) -> None:
    Participant.objects.update(is_ep=False, is_non_ep_rri=True)
    page = text(by_charlie, here)
    assert "EU_ECPTO" not in page
    assert "EU_ECPHKIDR" in page
    assert "HSN" not in shown(page)


def test_a_registered_key_is_seen_by_itself(
    by_charlie: Client, here: str, ecp: SftpAccount
) -> None:
    builders.registered(ecp, proved_at=clock.now())
    assert "<strong>1 of 12</strong> done" in text(by_charlie, here)


def test_a_mark_says_who_and_when(by_charlie: Client, here: str) -> None:
    by_charlie.post(f"{here}mark/", {"item": "circuit", "held": "on"})
    assert "Marked by charlie" in text(by_charlie, here)


def test_a_mark_is_taken_back(by_charlie: Client, here: str) -> None:
    by_charlie.post(f"{here}mark/", {"item": "circuit", "held": "on"})
    by_charlie.post(f"{here}mark/", {"item": "circuit"})
    assert not ReadinessMark.objects.exists()


@pytest.mark.parametrize("item", ["", "key", "x" * 41, "\0"])
def test_what_is_no_mark_is_refused(by_charlie: Client, here: str, item: str) -> None:
    by_charlie.post(f"{here}mark/", {"item": item, "held": "on"})
    assert not ReadinessMark.objects.exists()


def test_operators_read_and_do_not_mark(
    browser: Browser, alice: User, here: str
) -> None:
    by_alice = browser(alice)
    assert "Mark as held" not in text(by_alice, here)
    assert by_alice.post(f"{here}mark/", {"item": "circuit"}).status_code == 403


def recorded(account: SftpAccount, *addresses: str) -> None:
    RemoteIp.objects.bulk_create(
        RemoteIp(account=account, address=one, registered_on=clock.today())
        for one in addresses
    )


def is_green(client: Client, account: SftpAccount, item: str) -> bool:
    code, pk = account.participant.code, account.pk
    page = text(client, f"/p/{code}/keys/accounts/{pk}/readiness/")
    return f'<li id="step-{item}" data-s="ok">' in page


ONE, TWO, OTHER = "10.163.3.44", "10.163.3.45", "10.164.1.1"


@pytest.mark.parametrize(
    ("platform", "addresses", "green"),
    [
        ("ECP", [ONE], True),
        ("ECP", [ONE, OTHER], False),
        ("RAP", [ONE, TWO], True),
        ("RAP", [f"10.163.3.{n}" for n in range(1, 6)], False),
        ("RRS", [ONE], False),
        ("RRS", [ONE, TWO], True),
        ("RRS", [ONE, OTHER], False),
    ],
)
def test_addresses_are_green_as_the_platform_takes_them(
    by_charlie: Client,
    participant: Participant,
    platform: str,
    addresses: list[str],
    green: bool,
) -> None:
    of = builders.account(participant, platform)
    recorded(of, *addresses)
    assert is_green(by_charlie, of, "addresses") == green


@pytest.mark.ledger("RRS-11/P")
def test_rrs_takes_two_addresses_of_the_cp_for_both_accounts(
    by_charlie: Client, participant: Participant
) -> None:
    first, second = (builders.account(participant, "RRS") for _ in range(2))
    recorded(first, ONE, TWO)
    assert is_green(by_charlie, second, "addresses")
    recorded(second, ONE, "10.163.3.46")
    assert not is_green(by_charlie, first, "addresses")


def test_without_addresses_the_source_is_not_green_and_says_so(
    by_charlie: Client, here: str, ecp: SftpAccount
) -> None:
    assert "no login is made at HKEX" in text(by_charlie, here)
    assert not is_green(by_charlie, ecp, "source")


def test_a_source_address_that_was_set_must_be_registered(
    by_charlie: Client, here: str, ecp: SftpAccount
) -> None:
    recorded(ecp, ONE)
    by_charlie.post(f"{here}source/", {"source_address": TWO})
    assert f"{TWO} is not registered." in text(by_charlie, here)
    by_charlie.post(f"{here}source/", {"source_address": ONE})
    assert is_green(by_charlie, ecp, "source")


def test_what_the_worker_found_is_on_the_list(
    by_charlie: Client, here: str, ecp: SftpAccount
) -> None:
    recorded(ecp, ONE)
    assert "The first visit checks it" in text(by_charlie, here)
    logins.wrong_source(ecp, TWO, [ONE])
    assert "would have come from an address" in text(by_charlie, here)
    logins.right_source(ecp)
    host = site.host(ecp.facility)
    Login.objects.create(account=ecp, host=host, at=clock.now(), purpose="visit")
    assert is_green(by_charlie, ecp, "source")


def test_the_source_address_is_set_and_emptied(
    by_charlie: Client, here: str, ecp: SftpAccount
) -> None:
    by_charlie.post(f"{here}source/", {"source_address": "10.163.3.44"})
    ecp.refresh_from_db()
    assert ecp.source_address == "10.163.3.44"
    by_charlie.post(f"{here}source/", {"source_address": ""})
    ecp.refresh_from_db()
    assert ecp.source_address is None


@pytest.mark.parametrize("text_", ["10.163.3", "010.1.2.3", "::1", "ten"])
def test_a_source_address_that_is_none_is_refused(
    by_charlie: Client, here: str, text_: str
) -> None:
    answer = by_charlie.post(f"{here}source/", {"source_address": text_})
    assert answer.status_code == 422
    assert "This is no IPv4 address." in answer.content.decode()


def test_the_page_does_a_constant_number_of_queries(
    by_charlie: Client,
    here: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    text(by_charlie, here)
    with django_assert_max_num_queries(26):
        text(by_charlie, here)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (LoginOutcome.REFUSED, "HKEX refused the login at "),
        (LoginOutcome.NOT_REACHED, "The host was not reached at "),
    ],
)
def test_a_test_login_that_failed_says_how_and_when(
    ecp: SftpAccount, outcome: LoginOutcome, words: str
) -> None:
    host = Host.objects.create(
        facility=ecp.facility, site="primary", order=1, address="127.0.0.1", port=22
    )
    Login.objects.create(
        account=ecp,
        host=host,
        purpose=LoginPurpose.VISIT,
        at=clock.now(),
        outcome=outcome,
    )
    lines = {line.item: line for line in checklist(ecp, clock.today())}
    assert words in lines["test_login"].what_to_do
    assert "on this machine needs none" in lines["source"].what_to_do
