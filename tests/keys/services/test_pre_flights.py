"""Pre-flights: asked for as a row, made once, found again when a message is lost."""

import datetime as dt
from unittest import mock

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from keys.models import Facility, Host, PreFlight
from keys.presets import PRESETS, SANDBOX, offered
from keys.refusals import Refusal
from keys.services import facilities, pre_flights
from portal import clock
from portal.activity.models import Activity
from portal.people.models import User
from tests.keys.views import site


@pytest.fixture
def sam(db: None) -> User:
    return site.site_admin("sam")


@pytest.fixture
def closed(db: None) -> Host:
    """Nobody listens there."""
    made = site.host(site.facility())
    Host.objects.update(address="127.0.0.1", port=9)
    made.refresh_from_db()
    return made


def woken(capture: DjangoCaptureOnCommitCallbacks) -> int:
    """How many pre-flights the sweep starts."""
    with mock.patch("portal.celery.app.send_task") as send, capture(execute=True):
        pre_flights.sweep()
    return send.call_count


def asked_ago(seconds: int, began: int | None = None) -> None:
    now = clock.real_now()
    Host.objects.update(
        pre_flight_asked_at=now - dt.timedelta(seconds=seconds),
        pre_flight_began_at=now - dt.timedelta(seconds=began) if began else None,
    )


def test_who_asked_is_in_the_sites_activity(closed: Host, sam: User) -> None:
    pre_flights.ask(closed, sam)
    row = Activity.objects.get()
    assert row.user == sam
    assert f"Ask for pre-flight of [{closed}]" in row.description


def test_nothing_is_made_that_nobody_asked_for(closed: Host) -> None:
    pre_flights.run(closed.pk)
    assert not PreFlight.objects.exists()


def test_a_lost_message_is_found_by_the_sweep(
    closed: Host, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    asked_ago(5)
    assert woken(django_capture_on_commit_callbacks) == 0
    asked_ago(30)
    assert woken(django_capture_on_commit_callbacks) == 1


def test_a_worker_that_died_is_followed_by_another(
    closed: Host, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    asked_ago(100, began=30)
    assert woken(django_capture_on_commit_callbacks) == 0
    asked_ago(100, began=90)
    assert woken(django_capture_on_commit_callbacks) == 1
    pre_flights.run(closed.pk)
    assert PreFlight.objects.count() == 1


def test_a_sandbox_may_not_have_hkexs_hosts(sam: User, settings: Settings) -> None:
    settings.DEPLOYMENT = "sandbox"
    with pytest.raises(Refusal, match="on this machine only"):
        facilities.apply_preset(PRESETS[0], sam, clock.now())
    assert not Facility.objects.exists()


def test_each_kind_of_deployment_is_offered_its_own() -> None:
    assert offered("sandbox") == SANDBOX
    assert offered("real") == PRESETS
    assert {host.address.split(".")[0] for p in SANDBOX for host in p.hosts} == {"127"}
