"""An account's page says why nothing is fetched, and what a login waits for."""

import datetime as dt
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from keys.models import Platform, SftpAccount
from portal import clock
from portal.exchange.hktime import HONG_KONG
from portal.people.models import Participant, User
from tests.keys.views import builders

SATURDAY = "RAP opens on Monday 23 November at 07:00: today is Saturday."


@pytest.fixture
def rap(participant: Participant, charlie: User) -> SftpAccount:
    made = builders.account(participant, Platform.RAP)
    builders.registered(made)
    return made


@pytest.fixture(autouse=True)
def own_clock(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


def page_at(client: Client, account: SftpAccount, moment: str) -> str:
    wanted = dt.datetime.fromisoformat(moment).replace(tzinfo=HONG_KONG)
    clock.move_to(int((wanted - clock.real_now()).total_seconds()) + 5)
    return client.get(f"/p/CP00010/keys/accounts/{account.pk}/").content.decode()


def test_outside_the_hours_it_says_when_and_why(
    by_charlie: Client, rap: SftpAccount
) -> None:
    assert SATURDAY in page_at(by_charlie, rap, "2026-11-21 14:00")


def test_in_the_hours_it_says_nothing(by_charlie: Client, rap: SftpAccount) -> None:
    page = page_at(by_charlie, rap, "2026-11-23 12:00")
    assert "RAP opens" not in page
    assert "data-live-minutely data-live-url" not in page.split('id="state"')[1][:300]


def test_a_login_that_was_asked_for_says_what_it_waits_for(
    by_charlie: Client, rap: SftpAccount
) -> None:
    SftpAccount.objects.filter(pk=rap.pk).update(test_asked_at=clock.now())
    page = page_at(by_charlie, rap, "2026-11-24 02:00")
    assert "The next login with a key waits" in page
    assert "RAP opens at 07:15." in page
