"""What HKEX removed: lost only when our store does not have it."""

import datetime as dt

import pytest

from keys.models import SftpAccount
from portal import clock, files
from portal.alerts.models import Alert, Mail
from portal.people.models import Participant, User
from tests.transfers import builders, retrieved
from transfers.models import RetrievedFile, RetrievedStatus
from transfers.services import arrivals, losses

S = RetrievedStatus


@pytest.fixture
def account(participant: Participant) -> SftpAccount:
    return builders.account(participant)


def removed(account: SftpAccount, content: bytes) -> RetrievedFile:
    at = clock.now() - dt.timedelta(days=3)
    return retrieved.row(account, "a.csv", content, removed_at=at)


def only() -> RetrievedFile:
    return RetrievedFile.objects.get()


@pytest.mark.ledger("ECP-25")
def test_what_came_whole_is_kept_and_not_given_up(account: SftpAccount) -> None:
    removed(account, b"whole")
    assert losses.give_up(clock.now()) == 1
    assert only().status == S.KEPT
    assert not Alert.objects.exists()
    assert retrieved.held(account)  # and its account is free again


def test_what_never_came_is_given_up(account: SftpAccount) -> None:
    removed(account, b"")
    losses.give_up(clock.now())
    assert only().status == S.VANISHED


def test_what_our_store_has_lost_is_given_up(account: SftpAccount) -> None:
    row = removed(account, b"lost from the store")
    files.delete(row.participant_id, row.stored_key)
    losses.give_up(clock.now())
    assert (only().status, only().stored_key) == (S.VANISHED, "")


def test_a_visit_under_way_is_left_alone(account: SftpAccount) -> None:
    removed(account, b"whole")
    retrieved.held(account)
    assert losses.give_up(clock.now()) == 0
    assert only().status == S.SEEN


def mailed() -> int:
    """How many different mails."""
    return Mail.objects.values("subject").distinct().count()


def test_an_empty_listing_is_one_mail(account: SftpAccount, alice: User) -> None:
    lease = retrieved.held(account)
    entries = [retrieved.entry(f"{number}.csv") for number in range(30)]
    arrivals.note(lease, retrieved.listing(account, *entries))
    arrivals.note(lease, retrieved.listing(account))
    assert Alert.objects.filter(kind=losses.VANISHED).count() == 30
    assert mailed() == 1
    assert "29 more are gone with it" in Mail.objects.all()[0].text


def test_what_a_sweep_gives_up_is_one_mail(account: SftpAccount, alice: User) -> None:
    for number in range(5):
        at = clock.now() - dt.timedelta(days=3)
        retrieved.row(account, f"{number}.csv", removed_at=at)
    assert losses.give_up(clock.now()) == 5
    assert mailed() == 1
