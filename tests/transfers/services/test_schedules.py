"""Schedules: their defaults, the tick that catches up, what a person may set."""

import datetime as dt

import pytest

from keys.models import Facility, Platform, SftpAccount
from portal.activity.models import Activity
from portal.people.guards import Acting
from portal.people.models import Participant
from tests.transfers import builders, retrieved
from tests.transfers.retrieved import hk
from transfers.models import (
    Fetching,
    FetchSchedule,
    RetrievedStatus,
    ScheduleKind,
)
from transfers.selectors.schedules import words
from transfers.services import schedules
from transfers.services.refusals import Refusal
from transfers.services.schedules import Wish

K = ScheduleKind
FRIDAY = hk("2026-11-20T18:05")


def wanted(account: SftpAccount) -> bool:
    return Fetching.objects.filter(account=account, wanted_since__isnull=False).exists()


@pytest.mark.parametrize("platform", list(Platform))
def test_an_enabled_account_gets_defaults_once(
    participant: Participant, platform: Platform
) -> None:
    facility = Facility.objects.create(
        platform=platform, environment="sandbox", name=f"{platform} sandbox"
    )
    account = builders.account(participant, facility)
    assert schedules.give_defaults(FRIDAY) == 1
    assert schedules.give_defaults(FRIDAY) == 0
    rows = FetchSchedule.objects.filter(account=account)
    assert rows.count() == len(schedules.DEFAULTS[platform])
    assert all(row.next_due and row.next_due > FRIDAY for row in rows)


def test_a_person_who_removes_them_all_is_not_overruled(
    account: SftpAccount, as_alice: Acting
) -> None:
    schedules.give_defaults(FRIDAY)
    for row in FetchSchedule.objects.all():
        schedules.remove(row, as_alice)
    schedules.give_defaults(FRIDAY)
    assert not FetchSchedule.objects.exists()


def test_a_disabled_account_gets_none(account: SftpAccount) -> None:
    SftpAccount.objects.update(is_enabled=False)
    assert schedules.give_defaults(FRIDAY) == 0


@pytest.mark.ledger("RRS-06/P")
def test_two_accounts_of_one_box_look_in_turns(participant: Participant) -> None:
    facility = Facility.objects.create(
        platform=Platform.RRS, environment="sandbox", name="RRS sandbox"
    )
    builders.account(participant, facility)
    builders.account(participant, facility)
    schedules.give_defaults(FRIDAY)
    opens = FetchSchedule.objects.values_list("opens_at", flat=True)
    assert set(opens) == {dt.time(7), dt.time(7, 15)}


def test_a_missed_tick_is_caught_up(account: SftpAccount) -> None:
    row = retrieved.schedule(account, next_due=FRIDAY - dt.timedelta(days=3))
    assert schedules.tick(FRIDAY) == 1
    row.refresh_from_db()
    assert wanted(account)
    assert row.next_due == hk("2026-11-20T18:30")


def test_a_tick_before_its_time_does_nothing(account: SftpAccount) -> None:
    retrieved.schedule(account, next_due=FRIDAY + dt.timedelta(minutes=1))
    assert schedules.tick(FRIDAY) == 0
    assert not wanted(account)


def test_a_paused_schedule_wants_nothing(
    account: SftpAccount, as_alice: Acting
) -> None:
    row = retrieved.schedule(account, next_due=FRIDAY)
    schedules.set_enabled(row, False, as_alice, FRIDAY)
    assert schedules.tick(FRIDAY) == 0
    schedules.set_enabled(row, True, as_alice, FRIDAY)
    assert row.next_due == hk("2026-11-20T18:30")


def test_a_clock_that_was_moved_back_does_not_silence_it(account: SftpAccount) -> None:
    row = retrieved.schedule(account, next_due=FRIDAY + dt.timedelta(days=60))
    schedules.tick(FRIDAY)
    row.refresh_from_db()
    assert row.next_due == hk("2026-11-20T18:30")
    assert not wanted(account)


def until(account: SftpAccount) -> FetchSchedule:
    return retrieved.schedule(
        account,
        kind=K.UNTIL,
        every_minutes=5,
        opens_at=dt.time(17),
        closes_at=dt.time(22),
        name_pattern="TP001",
        next_due=FRIDAY,
    )


def test_until_it_has_come_it_is_looked_for(account: SftpAccount) -> None:
    row = until(account)
    assert schedules.tick(FRIDAY) == 1
    row.refresh_from_db()
    assert row.next_due == hk("2026-11-20T18:10")


def test_what_has_come_is_looked_for_no_more_that_day(account: SftpAccount) -> None:
    row = until(account)
    at = hk("2026-11-20T17:30")
    retrieved.row(account, "TP001_CABC.csv", status=RetrievedStatus.KEPT, kept_at=at)
    assert schedules.tick(FRIDAY) == 0
    row.refresh_from_db()
    assert row.next_due == hk("2026-11-21T17:00")


def test_adding_is_an_activity(account: SftpAccount, as_alice: Acting) -> None:
    wish = Wish(K.AT, times=("19:10",))
    row = schedules.add(account, wish, as_alice, FRIDAY)
    assert row.next_due == hk("2026-11-20T19:10")
    assert words(row) == "At 19:10, on trading days"
    assert "Add schedule [At 19:10" in Activity.objects.latest("seq").description


@pytest.mark.parametrize(
    "wish",
    [
        Wish(K.AT),
        Wish(K.EVERY, 4, dt.time(7), dt.time(9)),
        Wish(K.EVERY, 30),
        Wish(K.UNTIL, 30, dt.time(7), dt.time(9)),
    ],
)
def test_a_plan_that_says_too_little_or_too_often_is_refused(
    account: SftpAccount, as_alice: Acting, wish: Wish
) -> None:
    with pytest.raises(Refusal):
        schedules.add(account, wish, as_alice, FRIDAY)
    assert not FetchSchedule.objects.exists()
