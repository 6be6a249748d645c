"""A login at RAP or RRS waits for the service hours, also one that a person asked."""

import datetime as dt
from pathlib import Path

import pytest
from pytest_django import Settings

from keys.models import Platform, SftpAccount
from portal import clock
from portal.exchange.hktime import HONG_KONG
from portal.people.models import Participant, User
from portal.tradingdays.calendar import DayKind
from portal.tradingdays.models import TradingDayOverride
from tests.keys.builders import account
from transfers.services import closings
from transfers.visit import lease as leases


@pytest.fixture(autouse=True)
def own_clock(settings: Settings, tmp_path: Path, transactional_db: None) -> None:
    settings.VAR_DIR = tmp_path


def asked(participant: Participant, platform: Platform, moment: str) -> SftpAccount:
    wanted = dt.datetime.fromisoformat(moment).replace(tzinfo=HONG_KONG)
    clock.move_to(int((wanted - clock.real_now()).total_seconds()) + 5)
    made = account(participant, platform)
    made.test_asked_at = clock.now()
    made.save()
    return made


@pytest.mark.ledger("RAP-05", "RRS-05")
@pytest.mark.parametrize("platform", [Platform.RAP, Platform.RRS])
def test_no_login_is_tried_at_night_and_the_next_visit_is_due_at_the_opening(
    participant: Participant, platform: Platform
) -> None:
    row = asked(participant, platform, "2026-11-24 05:15")
    assert not closings.has_work(row)
    lease = leases.take(row.pk)
    assert lease is not None
    closings.leave(lease)
    row.refresh_from_db()
    assert row.visit_due_at is not None
    waits = row.visit_due_at - clock.real_now()
    assert dt.timedelta(minutes=119) < waits < dt.timedelta(minutes=120)


def test_in_the_hours_a_login_is_tried(participant: Participant) -> None:
    assert closings.has_work(asked(participant, Platform.RAP, "2026-11-24 12:00"))


def test_ecp_is_tried_at_any_time(participant: Participant) -> None:
    assert closings.has_work(asked(participant, Platform.ECP, "2026-11-22 05:00"))


def test_a_typhoon_that_is_set_now_holds_now(
    participant: Participant, alice: User
) -> None:
    row = asked(participant, Platform.RAP, "2026-11-24 12:00")
    TradingDayOverride.objects.create(
        day=dt.date(2026, 11, 24),
        kind=DayKind.CLOSES_EARLY,
        at=dt.time(11, 30),
        reason="Typhoon signal 8",
        set_by=alice,
        set_at=clock.now(),
    )
    assert not closings.has_work(row)
