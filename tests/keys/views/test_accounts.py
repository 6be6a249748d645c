"""The list of accounts: the state of each at a glance."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from keys.models import SftpAccount
from portal import clock
from portal.people.models import Identity, Participant, User
from tests.keys.views import builders
from tests.keys.views.conftest import Browser

LIST = "/p/CP00010/keys/"


def shown(client: Client) -> str:
    return client.get(LIST).content.decode()


def test_an_account_without_a_key_misses_it(
    by_charlie: Client, ecp: SftpAccount
) -> None:
    assert ecp.login_id in shown(by_charlie)
    assert "Missing key" in shown(by_charlie)


def test_a_key_that_is_fresh_is_valid(by_charlie: Client, ecp: SftpAccount) -> None:
    builders.registered(ecp)
    assert "Valid" in shown(by_charlie)


def test_a_key_near_its_end_is_counted_down(
    by_charlie: Client, ecp: SftpAccount
) -> None:
    builders.registered(ecp, clock.today() - dt.timedelta(720))
    assert "Expires in" in shown(by_charlie)


@pytest.mark.ledger("ECP-57", "ECP-77")
def test_a_wings_only_identity_is_told_what_it_does_instead(
    by_charlie: Client, ce_number: Identity
) -> None:
    assert "SFC WINGS" not in shown(by_charlie)
    Identity.objects.filter(pk=ce_number.pk).update(wings_only=True)
    assert "Submit its files on ECP’s web, and record them here." in shown(by_charlie)


@pytest.mark.parametrize("who", ["alice", "bob", "charlie", "dora"])
def test_every_role_reads_it(
    browser: Browser, request: pytest.FixtureRequest, who: str, ecp: SftpAccount
) -> None:
    user: User = request.getfixturevalue(who)
    assert ecp.login_id in shown(browser(user))


def test_an_open_page_asks_for_the_list_alone(
    by_charlie: Client, ecp: SftpAccount
) -> None:
    part = by_charlie.get(LIST, headers={"X-Partial": "1"}).content.decode()
    assert ecp.login_id in part
    assert "<html" not in part


def test_more_accounts_ask_no_more_of_the_database(
    by_charlie: Client,
    participant: Participant,
    ecp: SftpAccount,
    django_assert_max_num_queries: Any,
) -> None:
    for platform in ("ECP", "RAP", "RRS") * 5:
        builders.registered(builders.account(participant, platform))
    with django_assert_max_num_queries(20):
        shown(by_charlie)
