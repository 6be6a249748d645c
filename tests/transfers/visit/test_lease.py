"""The lease: one holder, and an old fence changes nothing."""

import datetime as dt

import pytest
from django.db import transaction
from pytest_django import Settings

from keys.models import SftpAccount
from portal import clock
from transfers.models import Lease
from transfers.visit import lease as leases
from transfers.visit.lease import LeaseLost


def let_it_run_out(account: SftpAccount) -> None:
    past = clock.real_now() - dt.timedelta(seconds=1)
    Lease.objects.filter(account=account).update(lease_until=past)


def test_only_one_can_hold_it(account: SftpAccount) -> None:
    assert leases.take(account.pk) is not None
    assert leases.take(account.pk) is None


def test_given_back_it_can_be_taken_at_once_under_a_higher_fence(
    account: SftpAccount,
) -> None:
    first = leases.take(account.pk)
    assert first is not None
    first.release()
    second = leases.take(account.pk)
    assert second is not None
    assert second.fence == first.fence + 1


def test_when_its_time_has_passed_another_takes_over(account: SftpAccount) -> None:
    first = leases.take(account.pk)
    let_it_run_out(account)
    assert leases.take(account.pk) is not None
    assert first is not None
    with pytest.raises(LeaseLost), transaction.atomic():
        first.hold()
    assert first.lost.is_set()


def test_holding_it_prolongs_it(account: SftpAccount) -> None:
    held = leases.take(account.pk)
    let_it_run_out(account)
    assert held is not None
    held.hold()
    assert leases.take(account.pk) is None


def test_an_old_holder_gives_nothing_back(account: SftpAccount) -> None:
    first = leases.take(account.pk)
    let_it_run_out(account)
    leases.take(account.pk)
    assert first is not None
    first.release()
    assert leases.take(account.pk) is None


def test_a_live_lease_is_not_broken(account: SftpAccount) -> None:
    leases.take(account.pk)
    assert not leases.break_expired(account.pk)


def test_a_broken_lease_fences_its_holder_off(account: SftpAccount) -> None:
    held = leases.take(account.pk)
    let_it_run_out(account)
    assert leases.break_expired(account.pk)
    assert held is not None
    with pytest.raises(LeaseLost), transaction.atomic():
        held.hold()


@pytest.mark.django_db(transaction=True)
def test_a_thread_renews_it_while_the_visit_lasts(
    account: SftpAccount, settings: Settings
) -> None:
    settings.LEASE_RENEW_SECONDS = 0.05
    held = leases.take(account.pk)
    assert held is not None
    let_it_run_out(account)
    with leases.renewed(held):
        held.lost.wait(0.3)
    assert leases.take(account.pk) is None


@pytest.mark.django_db(transaction=True)
def test_the_thread_tells_when_the_lease_is_lost(
    account: SftpAccount, settings: Settings
) -> None:
    settings.LEASE_RENEW_SECONDS = 0.05
    held = leases.take(account.pk)
    assert held is not None
    Lease.objects.update(fence=held.fence + 1)
    with leases.renewed(held):
        assert held.lost.wait(5)
