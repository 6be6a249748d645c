"""Wanting an account's folders, and how a round that ends early is put off."""

import datetime as dt

from keys.models import SftpAccount
from portal import clock
from portal.alerts.models import Alert
from portal.exchange.hktime import hk_day
from portal.people.guards import Acting
from tests.transfers import retrieved
from tests.transfers.retrieved import held, hk
from transfers.models import Fetching, RetrievedFile
from transfers.selectors import fetching
from transfers.services import rounds, sweeps

NOW = hk("2026-11-20T18:05")
LATER = NOW + dt.timedelta(minutes=1)


def test_what_was_wanted_after_the_round_began_is_still_wanted(
    account: SftpAccount,
) -> None:
    rounds.want(account.pk, LATER)
    rounds.finished(held(account), account, NOW, LATER, "")
    assert Fetching.objects.get().wanted_since == LATER


def test_a_wish_of_a_moved_clock_ends_too(account: SftpAccount) -> None:
    rounds.want(account.pk, NOW + dt.timedelta(days=9))
    rounds.finished(held(account), account, NOW, LATER, "")
    assert Fetching.objects.get().wanted_since is None


def test_each_early_end_puts_it_off_for_longer(account: SftpAccount) -> None:
    lease, waits = held(account), []
    for _ in range(6):
        rounds.put_off(lease, account, "The line broke.", NOW)
        not_before = Fetching.objects.get().not_before
        assert not_before is not None
        waits.append((not_before - NOW) // dt.timedelta(minutes=1))
    assert waits == [1, 2, 4, 8, 15, 15]


def test_before_midnight_it_is_put_off_for_half_of_what_is_left(
    account: SftpAccount,
) -> None:
    late, lease = hk("2026-11-20T23:50"), held(account)
    for _ in range(6):
        rounds.put_off(lease, account, "The line broke.", late)
    assert Fetching.objects.get().not_before == late + dt.timedelta(minutes=5)


def test_nothing_fetched_for_an_hour_is_told_and_settled(account: SftpAccount) -> None:
    lease, late = held(account), NOW + dt.timedelta(hours=1)
    rounds.want(account.pk, NOW)
    rounds.put_off(lease, account, "Nobody answers.", LATER)
    assert not Alert.objects.exists()
    rounds.put_off(lease, account, "Nobody answers.", late)
    told = Alert.objects.get(resolved_at=None)
    assert told.kind == "nothing-fetched"
    assert "since 18:05" in told.title
    assert "Nobody answers." in told.body
    rounds.finished(lease, account, late, late, "")
    assert not Alert.objects.filter(resolved_at=None).exists()


def test_an_account_that_is_put_off_is_not_due(account: SftpAccount) -> None:
    retrieved.able(account, hk_day(NOW))
    rounds.want(account.pk, NOW)
    assert fetching.is_due(account, NOW)
    rounds.put_off(held(account), account, "The line broke.", NOW)
    assert not fetching.is_due(account, NOW)
    assert fetching.is_due(account, NOW + dt.timedelta(minutes=1))


def test_a_person_does_not_wait_for_the_next_try(
    account: SftpAccount, as_alice: Acting
) -> None:
    retrieved.able(account, hk_day(NOW))
    late = NOW + dt.timedelta(hours=1)
    failed = retrieved.row(account, tries=3, fetch_after=late)
    tomorrow = retrieved.row(account, fetch_after=late)
    rounds.put_off(held(account), account, "The line broke.", NOW)
    rounds.ask(account, as_alice, NOW)
    assert fetching.is_due(account, NOW)
    failed.refresh_from_db()
    tomorrow.refresh_from_db()
    assert failed.fetch_after is None
    assert tomorrow.fetch_after == late  # once a day: that is asked for by itself


def test_a_file_of_another_day_is_fetched_now_when_a_person_says_so(
    account: SftpAccount, as_alice: Acting
) -> None:
    row = retrieved.row(account, fetch_after=NOW + dt.timedelta(days=1))
    rounds.fetch_now(row, as_alice, NOW)
    row.refresh_from_db()
    assert row.fetch_after is None
    assert Fetching.objects.get().wanted_since == NOW


def test_a_file_whose_turn_came_does_not_bring_visits_for_ever(
    account: SftpAccount,
) -> None:
    retrieved.able(account, hk_day(NOW))
    retrieved.row(account, fetch_after=NOW)
    assert fetching.is_due(account, NOW)
    rounds.finished(held(account), account, NOW, LATER, "")
    assert RetrievedFile.objects.get().fetch_after is None
    assert not fetching.is_due(account, LATER)


def test_a_store_that_works_again_ends_its_alert(account: SftpAccount) -> None:
    lease = held(account)
    rounds.store_failed(lease, account, "The disk is full.", NOW)
    assert Alert.objects.get(resolved_at=None).kind == "store-fails"
    rounds.finished(lease, account, NOW, LATER, "")
    assert not Alert.objects.filter(resolved_at=None).exists()


def test_what_is_wanted_is_due_though_something_else_is_hours_away(
    account: SftpAccount,
) -> None:
    retrieved.able(account, hk_day(NOW))
    rounds.want(account.pk, NOW)
    hours = clock.real_now() + dt.timedelta(hours=3)
    SftpAccount.objects.update(visit_due_at=hours)
    assert sweeps.make_due_to_fetch(NOW) == 1
    account.refresh_from_db()
    assert account.visit_due_at is not None
    assert account.visit_due_at <= clock.real_now()


def test_a_visit_that_is_tried_again_soon_is_left_alone(account: SftpAccount) -> None:
    retrieved.able(account, hk_day(NOW))
    rounds.want(account.pk, NOW)
    soon = clock.real_now() + dt.timedelta(minutes=2)
    SftpAccount.objects.update(visit_due_at=soon)
    assert sweeps.make_due_to_fetch(NOW) == 0


def test_nothing_is_due_without_a_key(account: SftpAccount) -> None:
    rounds.want(account.pk, NOW)
    assert sweeps.make_due_to_fetch(NOW) == 0


def test_a_clock_that_was_moved_back_does_not_silence_an_account(
    account: SftpAccount,
) -> None:
    retrieved.able(account, hk_day(NOW))
    later = NOW + dt.timedelta(days=30)
    rounds.put_off(held(account), account, "The line broke.", later)
    rounds.want(account.pk, NOW)
    assert fetching.is_due(account, NOW)
