"""Renewing keys at the live sandbox: three platforms, both clocks moved."""

import datetime as dt
from collections.abc import Iterator

import pytest

from keys import privatekeys
from keys.models import (
    KeyRenewal,
    KeyUpload,
    Login,
    LoginPurpose,
    Platform,
    RenewalReason,
)
from keys.renewal_states import RenewalStatus
from keys.selectors.keys import current_key
from keys.services.compromises import compromised
from keys.services.renewals import start_renewal
from portal import clock
from portal.people.models import Identity, Participant, User
from sandbox.inthread import SandboxThread
from tests.sandbox.renewing import Keyed, at, state
from tests.sandbox.rig import open_alerts
from tests.transfers.builders import acting

R = RenewalStatus


@pytest.fixture(autouse=True)
def _small_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the size that all three take: drawing 4096 bits takes seconds."""
    make = privatekeys.make
    monkeypatch.setattr(privatekeys, "make", lambda _: make(2048))


@pytest.fixture(autouse=True)
def _clock_back() -> Iterator[None]:
    yield
    clock.move_to(0)


@pytest.fixture(params=list(Platform), ids=lambda p: p.value)
def keyed(
    request: pytest.FixtureRequest,
    box: SandboxThread,
    transactional_db: None,
    participant: Participant,
    ce_number: Identity,
) -> Keyed:
    at(box, "2024-03-01 12:00")
    return Keyed(box, participant, request.param)


@pytest.fixture
def ecp(
    box: SandboxThread,
    transactional_db: None,
    participant: Participant,
    ce_number: Identity,
) -> Keyed:
    at(box, "2024-03-01 12:00")
    return Keyed(box, participant, Platform.ECP)


@pytest.mark.ledger(
    "ECP-44/P",
    "ECP-49/P",
    "RAP-11/P",
    "RAP-12/P",
    "RRS-07/P",
    "RRS-08/P",
    "RAP-24/P",
    "RRS-16/P",
    "RAP-25",
    "RAP-16/P",
    "RAP-18/P",
    "RRS-13/P",
)
def test_a_key_is_renewed_proved_and_used_in_one_visit(keyed: Keyed) -> None:
    at(keyed.box, "2025-12-01 12:00")
    renewal = start_renewal(keyed.account, clock.now())
    keyed.visit()
    assert state(renewal) == R.PROVED
    assert current_key(keyed.account) == renewal.key
    assert keyed.newest_login() == renewal.key_id
    ours, there = keyed.slots(), keyed.slots_there()
    assert ours.current
    assert ours.renewed
    assert there["current"]["expires_on"] == str(ours.current.expires_on)
    assert there["renewed"]["expires_on"] == str(ours.renewed.expires_on)
    assert there["renewed"]["fingerprint"] == ours.renewed.fingerprint


@pytest.mark.ledger("ECP-45/P", "ECP-47/P")
def test_the_switch_holds_when_the_old_key_has_ended(keyed: Keyed) -> None:
    at(keyed.box, "2025-12-01 12:00")
    renewal = start_renewal(keyed.account, clock.now())
    keyed.visit()
    at(keyed.box, "2025-12-15 12:00")
    assert not keyed.lets_in(keyed.first)
    assert keyed.lets_in(renewal.key)
    slots = keyed.slots()
    assert slots.current
    assert slots.current.fingerprint == renewal.key.fingerprint_md5
    assert slots.renewed is None


@pytest.mark.ledger("ECP-50/P")
def test_a_rejected_key_leaves_the_old_one_in_use_and_says_so(keyed: Keyed) -> None:
    fault = {"kind": "reject", "code": "4007", "reason": "No such luck"}
    keyed.box.faults(key_result=fault)
    renewal = start_renewal(keyed.account, clock.now())
    keyed.visit()
    assert state(renewal) == R.REJECTED
    assert "No such luck" in renewal.rejection_reason
    assert renewal.rejection_code == "4007"
    assert current_key(keyed.account) == keyed.first
    assert open_alerts() == {"key-renewal-failed"}


def test_without_a_result_the_new_key_itself_is_tried(keyed: Keyed) -> None:
    keyed.box.faults(key_result={"kind": "none", "counts": True})
    renewal = start_renewal(keyed.account, clock.now())
    keyed.visit()
    assert state(renewal) == R.PROVED
    assert current_key(keyed.account) == renewal.key
    assert open_alerts() == set()


def test_without_result_and_without_the_key_the_old_one_stays(ecp: Keyed) -> None:
    ecp.box.faults(key_result={"kind": "none", "counts": False})
    renewal = start_renewal(ecp.account, clock.now())
    ecp.visit()
    assert state(renewal) == R.UNCONFIRMED
    assert current_key(ecp.account) == ecp.first
    assert open_alerts() == {"key-renewal-unconfirmed"}


@pytest.mark.ledger("ECP-51/P")
def test_after_24_hours_without_any_answer_it_is_given_up(ecp: Keyed) -> None:
    ecp.box.faults(key_result={"kind": "none", "counts": False})
    renewal = start_renewal(ecp.account, clock.now())
    ecp.visit()
    at(ecp.box, "2024-03-02 12:01")
    KeyRenewal.objects.update(prove_next_at=clock.real_now())
    ecp.visit()
    assert state(renewal) == R.REJECTED
    assert open_alerts() == {"key-renewal-failed"}
    assert current_key(ecp.account) == ecp.first
    start_renewal(ecp.account, clock.now())


def test_another_fingerprint_is_unconfirmed_until_the_key_is_let_in(ecp: Keyed) -> None:
    ecp.box.faults(key_result="wrong")
    renewal = start_renewal(ecp.account, clock.now())
    ecp.visit()
    assert state(renewal) in (R.UNCONFIRMED, R.PROVED)
    assert ecp.lets_in(renewal.key) == (state(renewal) == R.PROVED)


def test_a_broken_upload_is_not_made_again(ecp: Keyed) -> None:
    ecp.box.faults(fail_close=True)
    renewal = start_renewal(ecp.account, clock.now())
    ecp.visit()
    assert KeyUpload.objects.count() == 1
    assert state(renewal) in (R.UNCONFIRMED, R.PROVED)


@pytest.mark.ledger("ECP-46/P", "RAP-14/P")
def test_a_third_upload_replaces_the_renewed_key_only(keyed: Keyed) -> None:
    at(keyed.box, "2025-12-01 12:00")
    first = start_renewal(keyed.account, clock.now())
    keyed.visit()
    before = keyed.slots().current
    at(keyed.box, "2025-12-03 12:00")
    second = start_renewal(keyed.account, clock.now(), overwrite=True)
    keyed.visit()
    assert state(second) == R.PROVED
    assert keyed.slots().current == before
    assert not keyed.lets_in(first.key)
    first.key.refresh_from_db()
    assert first.key.overwritten_on == clock.today()


@pytest.mark.ledger("ECP-67")
def test_a_compromised_key_renews_itself_and_is_not_used_again(
    ecp: Keyed, charlie: User, participant: Participant
) -> None:
    renewal = compromised(ecp.first, acting(charlie, participant), clock.now())
    assert renewal is not None
    assert renewal.reason == RenewalReason.COMPROMISED
    assert current_key(ecp.account) is None
    assert open_alerts() == {"key-compromised"}
    ecp.visit()
    assert state(renewal) == R.PROVED
    assert current_key(ecp.account) == renewal.key
    assert open_alerts() == set()


@pytest.mark.ledger("ECP-52/P", "RAP-15/P", "RRS-09/P")
def test_hkexs_warning_is_read_and_agrees(keyed: Keyed) -> None:
    at(keyed.box, "2026-02-20 12:00")
    start_renewal(keyed.account, clock.now())
    keyed.visit()
    keyed.visit()
    warning = keyed.account.warnings.first()
    assert warning is not None
    assert warning.differences == []
    assert open_alerts() == set()


def test_hkexs_warning_that_differs_is_an_alert_with_both_sides(keyed: Keyed) -> None:
    keyed.first.registered_on = dt.date(2024, 3, 9)
    keyed.first.save(update_fields=["registered_on"])
    at(keyed.box, "2026-02-20 12:00")
    start_renewal(keyed.account, clock.now())
    keyed.visit()
    keyed.visit()
    assert "key-drift" in open_alerts()


def test_every_login_is_a_row_with_its_purpose(ecp: Keyed) -> None:
    start_renewal(ecp.account, clock.now())
    ecp.visit()
    purposes = list(Login.objects.order_by("at").values_list("purpose", flat=True))
    assert purposes == [LoginPurpose.VISIT, LoginPurpose.PROOF]
