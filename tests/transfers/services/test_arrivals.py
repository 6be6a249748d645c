"""What a listing makes of our rows, and how few queries that takes."""

import dataclasses
import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from keys.models import Facility, Platform, SftpAccount
from portal.alerts.models import Alert
from portal.people.models import Identity, Participant
from tests.transfers import builders, retrieved
from tests.transfers.retrieved import MADE, SEEN, entry, held, hk, listing
from transfers.models import NO_TIME, RetrievedFile, RetrievedStatus
from transfers.selectors.retrieved import versions
from transfers.services import arrivals, manners

S = RetrievedStatus


@pytest.fixture
def rap(participant: Participant) -> SftpAccount:
    made = Facility.objects.create(
        platform=Platform.RAP, environment="sandbox", name="RAP sandbox"
    )
    return builders.account(participant, made)


def only() -> RetrievedFile:
    return RetrievedFile.objects.get()


@pytest.mark.ledger("ECP-23/P")
def test_what_is_new_is_seen(account: SftpAccount, ce_number: Identity) -> None:
    name = "HBCNATRP_AAA000_20261120.csv"
    arrivals.note(held(account), listing(account, entry(name)))
    row = only()
    assert row.status == S.SEEN
    assert row.identity == ce_number
    assert row.file_id == "HBCNATRP"
    assert row.removed_at == hk("2026-11-28T00:00")
    assert row.warn_at == hk("2026-11-27T00:00")
    assert row.day == dt.date(2026, 11, 20)


def test_a_second_listing_adds_nothing(account: SftpAccount) -> None:
    lease = held(account)
    arrivals.note(lease, listing(account, entry("a.csv")))
    arrivals.note(lease, listing(account, entry("a.csv")))
    assert RetrievedFile.objects.count() == 1


def test_ten_thousand_known_files_take_two_queries(
    account: SftpAccount, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lease = held(account)
    shown = listing(account, *(entry(f"f{n:05}.csv") for n in range(10_000)))
    arrivals.note(lease, shown)
    RetrievedFile.objects.update(status=S.KEPT)
    with django_assert_num_queries(2):
        arrivals.note(lease, shown)
    assert RetrievedFile.objects.count() == 10_000


def test_files_without_a_time_are_known_by_name_and_size(account: SftpAccount) -> None:
    lease = held(account)
    shown = listing(account, entry("a.csv", at=None), entry("b.csv"))
    arrivals.note(lease, shown)
    arrivals.note(lease, shown)
    assert RetrievedFile.objects.filter(name="a.csv", modified_at=NO_TIME).count() == 1
    assert RetrievedFile.objects.count() == 2


def test_an_old_time_is_looked_up_by_name(account: SftpAccount) -> None:
    lease = held(account)
    shown = listing(account, entry("a.csv", at=hk("2001-01-01T00:00")), entry("b.csv"))
    arrivals.note(lease, shown)
    arrivals.note(lease, shown)
    assert RetrievedFile.objects.count() == 2


def test_names_that_differ_by_case_are_two(account: SftpAccount) -> None:
    arrivals.note(held(account), listing(account, entry("A.csv"), entry("a.csv")))
    assert RetrievedFile.objects.count() == 2


def test_until_it_is_kept_a_row_goes_with_its_file(account: SftpAccount) -> None:
    lease = held(account)
    arrivals.note(lease, listing(account, entry("a.csv", 4)))
    RetrievedFile.objects.update(stored_key="0" * 64)
    later = MADE + dt.timedelta(minutes=1)
    arrivals.note(lease, listing(account, entry("a.csv", 9, later)))
    assert only().size == 9
    assert only().stored_key == ""


def test_a_new_version_of_what_is_kept_is_another_file(account: SftpAccount) -> None:
    lease = held(account)
    arrivals.note(lease, listing(account, entry("a.csv", 4)))
    RetrievedFile.objects.update(status=S.KEPT)
    arrivals.note(lease, listing(account, entry("a.csv", 9)))
    assert RetrievedFile.objects.count() == 2


def test_what_is_gone_has_vanished_and_is_told(account: SftpAccount) -> None:
    lease = held(account)
    arrivals.note(lease, listing(account, entry("a.csv")))
    arrivals.note(lease, listing(account))
    assert only().status == S.VANISHED
    assert Alert.objects.get(resolved_at=None).kind == "file-vanished"


def test_what_is_listed_without_a_size_is_not_gone(account: SftpAccount) -> None:
    lease = held(account)
    arrivals.note(lease, listing(account, entry("a.csv")))
    garbage = dataclasses.replace(listing(account), others=frozenset({"a.csv"}))
    arrivals.note(lease, garbage)
    assert only().status == S.SEEN


def test_what_comes_back_is_fetched_after_all(account: SftpAccount) -> None:
    lease = held(account)
    arrivals.note(lease, listing(account, entry("a.csv")))
    arrivals.note(lease, listing(account))
    arrivals.note(lease, listing(account, entry("a.csv")))
    assert only().status == S.SEEN
    assert not Alert.objects.filter(resolved_at=None).exists()


def test_what_another_account_saw_is_not_gone_for_it(account: SftpAccount) -> None:
    """Folders show only what the login is entitled to (Guide A §4.3)."""
    arrivals.note(held(account), listing(account, entry("a.csv")))
    other = builders.account(account.participant)
    arrivals.note(held(other), listing(other))
    assert only().status == S.SEEN


@pytest.mark.ledger("RRS-04/P")
def test_a_shared_box_has_one_row_for_both_accounts(account: SftpAccount) -> None:
    other = builders.account(account.participant)
    arrivals.note(held(account), listing(account, entry("a.csv")))
    arrivals.note(held(other), listing(other, entry("a.csv")))
    assert only().account == account


@pytest.mark.ledger("RAP-07", "RRS-05")
def test_another_version_of_the_day_waits_for_the_next_service_day(
    rap: SftpAccount,
) -> None:
    lease = held(rap)
    arrivals.note(lease, listing(rap, entry("TP001.csv"), folder="/download/DCASS"))
    RetrievedFile.objects.update(status=S.KEPT, kept_at=SEEN)
    new = entry("TP001.csv", 9)
    arrivals.note(lease, listing(rap, new, folder="/download/DCASS"))
    row = RetrievedFile.objects.get(size=9)
    assert row.fetch_after == hk("2026-11-23T07:00")  # Monday
    assert row.sentence == manners.LATER


@pytest.mark.ledger("RAP-07", "RRS-05")
def test_intraday_reports_are_fetched_again_at_once(rap: SftpAccount) -> None:
    lease = held(rap)
    arrivals.note(lease, listing(rap, entry("RPI03.csv"), folder="/download/DCASS"))
    RetrievedFile.objects.update(status=S.KEPT, kept_at=SEEN)
    arrivals.note(lease, listing(rap, entry("RPI03.csv", 9), folder="/download/DCASS"))
    assert RetrievedFile.objects.get(size=9).fetch_after is None


@pytest.mark.ledger("RAP-07")
def test_a_version_of_the_day_before_does_not_count(rap: SftpAccount) -> None:
    lease = held(rap)
    arrivals.note(lease, listing(rap, entry("TP001.csv"), folder="/download/DCASS"))
    RetrievedFile.objects.update(status=S.KEPT, kept_at=hk("2026-11-20T03:00"))
    arrivals.note(lease, listing(rap, entry("TP001.csv", 9), folder="/download/DCASS"))
    assert RetrievedFile.objects.get(size=9).fetch_after is None


def test_the_past_of_a_folder_is_not_read(account: SftpAccount) -> None:
    old = hk("2026-01-05T18:00")
    retrieved.row(account, "old.csv", modified_at=old, seen_at=old, status=S.KEPT)
    shown = [entry("new.csv")]
    assert versions(account, retrieved.REPORTS, shown) == []
