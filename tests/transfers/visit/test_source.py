"""The worker's own address is held against the registered ones before a login."""

import datetime as dt

import pytest

from keys.models import RemoteIp, SftpAccount
from portal.alerts.models import Alert
from portal.people.models import Participant
from tests.transfers import builders
from transfers.visit.source import local_address_to, refuse_unregistered

DAY = dt.date(2024, 3, 1)


@pytest.fixture
def account(participant: Participant) -> SftpAccount:
    return builders.account(participant)


def register(account: SftpAccount, address: str) -> None:
    RemoteIp.objects.create(account=account, address=address, registered_on=DAY)


def test_the_address_is_that_of_the_route(account: SftpAccount) -> None:
    assert local_address_to(builders.host(account.facility)) == "127.0.0.1"


@pytest.mark.ledger("ECP-54/P")
def test_from_a_registered_address_nothing_is_against_it(account: SftpAccount) -> None:
    register(account, "127.0.0.1")
    assert refuse_unregistered(account, builders.host(account.facility)) == ""
    assert not Alert.objects.exists()


def test_from_another_address_no_login_is_tried_and_an_alert_shows_both(
    account: SftpAccount,
) -> None:
    register(account, "10.163.3.1")
    told = refuse_unregistered(account, builders.host(account.facility))
    assert "127.0.0.1" in told
    alert = Alert.objects.get()
    assert "127.0.0.1" in alert.body
    assert "10.163.3.1" in alert.body


def test_the_accounts_own_source_address_is_what_counts(account: SftpAccount) -> None:
    register(account, "127.0.0.2")
    account.source_address = "127.0.0.2"
    assert refuse_unregistered(account, builders.host(account.facility)) == ""


def test_without_recorded_addresses_no_login_is_tried_at_hkex(
    account: SftpAccount,
) -> None:
    hkex = builders.host(account.facility)
    hkex.address, account.source_address = "10.1.93.131", "10.163.3.1"
    assert "10.163.3.1" in refuse_unregistered(account, hkex)
    assert "no address is recorded" in Alert.objects.get().body


def test_an_exchange_on_this_machine_needs_no_recorded_address(
    account: SftpAccount,
) -> None:
    assert refuse_unregistered(account, builders.host(account.facility)) == ""
