"""What is kept is counted, each content once; too little room is told."""

import datetime as dt

import pytest
from pytest_django import Settings

from portal import clock
from portal.alerts.models import Alert
from portal.people.models import Identity, Participant, User
from tests.transfers import builders, corner_builders, keeping_builders
from transfers.selectors import store as selectors
from transfers.selectors.store import Room, days_until_full
from transfers.services import store

GB = 1_000_000_000


def test_contents_are_counted_once_and_files_each(
    participant: Participant, other_participant: Participant
) -> None:
    corner_builders.kept(participant, content=b"12345")
    corner_builders.kept(participant, content=b"12345", size=5)
    corner_builders.kept(other_participant, content=b"theirs")
    found = store.measure(participant, clock.now())
    assert (found.files, found.bytes, found.grown) == (2, 5, 5)


def test_what_was_submitted_counts_too(
    participant: Participant, alice: User, ce_number: Identity
) -> None:
    account = builders.account(participant)
    builders.submission(alice, account, ce_number, content=b"x" * 100)
    assert store.measure(participant, clock.now()).bytes == 100


def test_growth_is_of_thirty_days(participant: Participant) -> None:
    today = clock.today()
    keeping_builders.kept_on(participant, today - dt.timedelta(29), b"new")
    keeping_builders.kept_on(participant, today - dt.timedelta(32), b"older")
    found = store.measure(participant, clock.now())
    assert (found.bytes, found.grown) == (8, 3)


def test_years_are_hong_kongs_and_without_what_was_purged(
    participant: Participant,
) -> None:
    keeping_builders.kept_on(participant, dt.date(2019, 1, 1), b"a")
    keeping_builders.kept_on(participant, dt.date(2020, 1, 1), b"bb")
    keeping_builders.kept_on(
        participant, dt.date(2018, 1, 1), b"gone", purged_at=clock.now()
    )
    found = store.measure(participant, clock.now())
    assert [tuple(year) for year in found.years] == [(2019, 1, 1), (2020, 1, 2)]


@pytest.mark.parametrize(
    ("free", "is_tight"), [(11 * GB, False), (9 * GB, True), (4 * GB, True)]
)
def test_a_tenth_or_five_gigabytes_are_wanted(free: int, is_tight: bool) -> None:
    assert Room(100 * GB, free).is_tight == is_tight


def test_a_big_disk_may_have_gigabytes_and_still_be_tight() -> None:
    assert Room(10_000 * GB, 900 * GB).is_tight
    assert Room(20 * GB, 4 * GB).is_tight


def test_days_until_full_at_the_pace_of_a_month() -> None:
    assert days_until_full(Room(100 * GB, 60 * GB), 2 * GB) == 900
    assert days_until_full(Room(100 * GB, 60 * GB), 0) is None


@pytest.mark.parametrize("room", [Room(100 * GB, 4 * GB), None])
def test_too_little_room_is_one_alert_until_there_is_more(
    participant: Participant, room: Room | None
) -> None:
    store.watch(participant, room)
    store.watch(participant, room)
    assert Alert.objects.get(resolved_at=None).count == 2
    store.watch(participant, Room(100 * GB, 40 * GB))
    assert not Alert.objects.filter(resolved_at=None).exists()


def test_a_store_that_is_not_there_is_no_room(settings: Settings) -> None:
    settings.FILES_ROOT = "/nonexistent/files"
    assert selectors.room() is None


def test_the_tick_counts_for_everybody(
    participant: Participant, other_participant: Participant
) -> None:
    store.tick(clock.now())
    assert selectors.measured(participant) is not None
    assert selectors.measured(other_participant) is not None


def test_sizes_are_told_in_gigabytes_from_one_on() -> None:
    sizes = [selectors.gigabytes(size) for size in (79_410_000_000, 93, 2_000_000)]
    assert sizes == ["79.4 GB", "93 bytes", "2.0 MB"]
