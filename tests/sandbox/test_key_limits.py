"""What the exchange counts, met by rows: logins, uploads, the one session."""

import datetime as dt
from collections.abc import Iterator

import pytest

from keys import privatekeys
from keys.models import (
    Facility,
    FacilityNotice,
    KeyUpload,
    Login,
    Platform,
    RemoteIp,
)
from keys.renewal_states import RenewalStatus
from keys.services import uploads
from keys.services.renewals import start_renewal
from portal import clock
from portal.people.models import Identity, Participant, User
from sandbox.inthread import SandboxThread
from tests.keys.builders import Free
from tests.sandbox.renewing import Keyed, at, state
from tests.sandbox.rig import open_alerts
from transfers.models import Visit, VisitOutcome

R = RenewalStatus


@pytest.fixture(autouse=True)
def _small_pairs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    make = privatekeys.make
    monkeypatch.setattr(privatekeys, "make", lambda _: make(2048))
    yield
    clock.move_to(0)


@pytest.fixture
def noon(box: SandboxThread, transactional_db: None, ce_number: Identity) -> None:
    at(box, "2024-03-01 12:00")


@pytest.fixture
def rrs(noon: None, box: SandboxThread, participant: Participant) -> Keyed:
    return Keyed(box, participant, Platform.RRS)


@pytest.fixture
def rap(noon: None, box: SandboxThread, participant: Participant) -> Keyed:
    return Keyed(box, participant, Platform.RAP)


def ask(keyed: Keyed) -> None:
    keyed.account.test_asked_at = clock.now()
    keyed.account.save(update_fields=["test_asked_at"])
    keyed.visit()


@pytest.mark.ledger("RRS-06/P")
def test_the_fifth_login_within_five_minutes_is_not_tried(rrs: Keyed) -> None:
    for _ in range(7):
        ask(rrs)
    assert Login.objects.count() == 4
    rrs.account.refresh_from_db()
    due = rrs.account.visit_due_at
    assert due is not None
    assert dt.timedelta(minutes=4) < due - clock.real_now() < dt.timedelta(minutes=6)
    at(rrs.box, "2024-03-01 12:06")
    ask(rrs)
    assert Login.objects.count() == 5
    assert not Visit.objects.exclude(outcome=VisitOutcome.DONE).exists()


@pytest.mark.ledger("RRS-10/P")
def test_the_fifth_key_upload_within_an_hour_waits(rrs: Keyed) -> None:
    rrs.box.faults(key_result={"kind": "reject", "code": "9", "reason": "No"})
    for minute in (0, 6, 12, 18):
        at(rrs.box, f"2024-03-01 12:{minute:02}")
        renewal = start_renewal(rrs.account, clock.now())
        rrs.visit()
        assert state(renewal) == R.REJECTED
    rrs.box.reset_faults()
    at(rrs.box, "2024-03-01 12:24")
    last = start_renewal(rrs.account, clock.now())
    rrs.visit()
    assert state(last) == R.QUEUED
    assert KeyUpload.objects.count() == 4
    at(rrs.box, "2024-03-01 13:02")
    rrs.visit()
    assert state(last) == R.PROVED


def site_of(keyed: Keyed) -> str:
    row = Visit.objects.order_by("-started_at").first()
    return row.host.site if row and row.host else ""


@pytest.mark.ledger("RAP-21")
def test_the_secondary_site_of_rap_waits_for_the_notice(
    rap: Keyed, charlie: User
) -> None:
    rap.box.faults(site_down={"site": "primary", "platform": "RAP"})
    ask(rap)
    visit = Visit.objects.get()
    assert visit.outcome == VisitOutcome.NOT_REACHABLE
    assert "notice" in visit.sentence
    FacilityNotice.objects.create(
        facility=Facility.objects.get(),
        reference="CIR-1",
        noticed_at=clock.now(),
        recorded_by=charlie,
    )
    ask(rap)
    assert site_of(rap) == "secondary"


def test_both_hosts_of_the_primary_site_are_tried_freely(rap: Keyed) -> None:
    first = rap.account.facility.hosts.all()[0]
    first.port += 1
    first.save()
    ask(rap)
    assert site_of(rap) == "primary"
    assert Visit.objects.get().outcome == VisitOutcome.DONE


@pytest.mark.ledger("ECP-54/P")
def test_no_login_is_tried_from_an_unregistered_address(rap: Keyed) -> None:
    RemoteIp.objects.create(
        account=rap.account, address="10.163.3.1", registered_on=clock.today()
    )
    ask(rap)
    assert Visit.objects.get().outcome == VisitOutcome.SOURCE
    assert not Login.objects.exists()
    assert open_alerts() == {"source-address"}


def test_a_worker_that_died_after_open_leaves_it_to_the_new_key(rap: Keyed) -> None:
    renewal = start_renewal(rap.account, clock.now())
    dead = Free(rap.account, fence=0)
    upload = uploads.claim(
        dead, renewal, rap.account.facility.hosts.all()[0], clock.now()
    )
    uploads.intend(dead, upload, clock.now())
    rap.visit()
    assert state(renewal) == R.UNCONFIRMED
    assert KeyUpload.objects.count() == 1
    assert "stopped in the middle" in KeyUpload.objects.get().sentence


def test_a_worker_that_died_before_open_is_made_good(rap: Keyed) -> None:
    renewal = start_renewal(rap.account, clock.now())
    dead = Free(rap.account, fence=0)
    uploads.claim(dead, renewal, rap.account.facility.hosts.all()[0], clock.now())
    rap.visit()
    assert state(renewal) == R.PROVED


@pytest.mark.ledger("RAP-08/P")
def test_the_one_session_is_over_before_the_new_key_is_tried(rap: Keyed) -> None:
    renewal = start_renewal(rap.account, clock.now())
    rap.visit()
    assert state(renewal) == R.PROVED
    assert Visit.objects.get().outcome == VisitOutcome.DONE
    counted = rap.box.account(rap.account.login_id)
    assert counted["displaced"] == 0
