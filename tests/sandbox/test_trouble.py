"""What goes wrong on the way, and that nothing is ever sent twice for it."""

import pytest
from pytest_django import Settings

from keys.models import Facility, Host, Site
from portal.activity.models import Activity, Kind, Status
from portal.alerts.models import Alert
from tests.sandbox.rig import Rig, open_alerts, state
from transfers.models import Attempt, AttemptOutcome, Visit, VisitOutcome
from transfers.states import SubmissionStatus

S = SubmissionStatus
BIG = 3_000_000


def outcomes() -> list[str]:
    return list(Attempt.objects.order_by("number").values_list("outcome", flat=True))


def test_a_refused_open_is_known_and_failed(rig: Rig) -> None:
    rig.box.faults(refuse_open=True)
    row = rig.queue()
    rig.visit()
    assert state(row) == S.FAILED
    assert "refused to open" in row.sentence
    assert outcomes() == [AttemptOutcome.REFUSED]
    assert open_alerts() == {"submission-failed"}
    assert rig.received() == {}


@pytest.mark.ledger("ECP-17/P")
@pytest.mark.parametrize(
    "fault",
    [
        {"cut_after_bytes": 1_000_000},
        {"fail_write": 3},
        {"fail_close": True},
        {"stall_after_bytes": 1_000_000},
    ],
    ids=lambda fault: next(iter(fault)),
)
def test_what_breaks_after_open_is_unconfirmed_and_not_sent_again(
    rig: Rig, fault: dict[str, object]
) -> None:
    rig.box.faults(result="none", **fault)
    row = rig.queue(BIG)
    rig.visit()
    rig.box.reset_faults()
    rig.visit()
    assert state(row) == S.UNCONFIRMED
    assert outcomes() == [AttemptOutcome.UNCLEAR]
    assert open_alerts() == {"submission-unconfirmed"}
    assert rig.received() == {}


def test_a_failing_write_of_a_small_file_is_an_error(rig: Rig) -> None:
    rig.box.faults(fail_write=1)
    row = rig.queue(1000)
    rig.visit()
    assert state(row) == S.UNCONFIRMED


def test_a_line_that_is_cut_after_close_was_received_once(rig: Rig) -> None:
    rig.box.faults(cut_after_close=True)
    row = rig.queue()
    rig.visit()
    assert state(row) == S.UNCONFIRMED
    assert rig.visit_until(lambda: state(row) == S.ACCEPTED)
    assert open_alerts() == set()
    assert rig.received() == {row.sha256: 1}


def test_the_evidence_says_how_far_it_came(rig: Rig) -> None:
    rig.box.faults(cut_after_bytes=1_000_000)
    row = rig.queue(BIG)
    rig.visit()
    attempt = Attempt.objects.get(submission=row)
    assert 0 < attempt.bytes_acknowledged < BIG
    assert attempt.sentence
    assert attempt.closed_at is None


def test_what_breaks_before_open_is_tried_again_by_itself(rig: Rig) -> None:
    rig.box.faults(site_down="both")
    row = rig.queue()
    rig.visit()
    assert state(row) == S.QUEUED
    assert "tried again by itself" in row.sentence
    rig.box.reset_faults()
    rig.visit()
    assert state(row) == S.ACCEPTED
    assert rig.received() == {row.sha256: 1}


def test_an_outage_that_files_wait_for_is_an_alert_until_it_is_over(rig: Rig) -> None:
    rig.box.faults(site_down="both")
    rig.queue()
    rig.visit()
    assert open_alerts() == {"not-reachable"}
    rig.box.reset_faults()
    rig.visit()
    assert open_alerts() == set()


def test_after_a_failed_visit_the_next_one_waits_a_little(rig: Rig) -> None:
    rig.box.faults(site_down="both")
    rig.queue()
    rig.visit()
    visit = Visit.objects.get()
    rig.account.refresh_from_db()
    assert visit.outcome == VisitOutcome.NOT_REACHABLE
    assert rig.account.visit_due_at is not None
    assert rig.account.visit_due_at > visit.started_at


def test_failed_logins_are_told_once_a_minute(rig: Rig) -> None:
    rig.box.faults(refuse_login=True)
    rig.queue()
    rig.visit()
    rig.visit()
    assert Visit.objects.filter(outcome=VisitOutcome.LOGIN_REFUSED).count() == 2
    logins = Activity.objects.filter(kind=Kind.LOGIN)
    assert [login.status for login in logins] == [Status.FAILED]
    assert open_alerts() == {"login-refused"}


def test_a_login_that_works_again_ends_the_alert(rig: Rig) -> None:
    rig.box.faults(refuse_login=True)
    row = rig.queue()
    rig.visit()
    rig.box.reset_faults()
    rig.visit()
    assert state(row) == S.ACCEPTED
    assert open_alerts() == set()


@pytest.mark.ledger("ECP-72/P")
def test_without_its_primary_site_the_secondary_takes_over_with_a_notice(
    rig: Rig, facility: Facility
) -> None:
    rig.box.faults(site_down="primary")
    row = rig.queue()
    rig.visit()
    facility.refresh_from_db()
    assert state(row) == S.ACCEPTED
    assert facility.active_site == Site.SECONDARY
    assert Attempt.objects.get().host.site == Site.SECONDARY  # type: ignore[union-attr]
    assert Activity.objects.filter(kind=Kind.FAIL_OVER).count() == 1
    assert open_alerts() == {"fail-over"}


@pytest.mark.ledger("ECP-72/P")
def test_back_on_the_primary_site_the_notice_is_over(
    rig: Rig, facility: Facility
) -> None:
    rig.box.faults(site_down="primary")
    rig.queue()
    rig.visit()
    rig.box.reset_faults()
    rig.queue(file_id="HBCNATBN")
    rig.visit()
    facility.refresh_from_db()
    assert facility.active_site == Site.PRIMARY
    assert open_alerts() == set()


def test_of_the_primary_site_the_second_host_is_no_fail_over(
    rig: Rig, hosts: list[Host]
) -> None:
    rig.box.faults(site_down={"site": "primary", "host": "ecp-p1"})
    row = rig.queue()
    rig.visit()
    assert state(row) == S.ACCEPTED
    assert Attempt.objects.get().host == hosts[1]
    assert open_alerts() == set()


def test_a_changed_host_key_halts_what_would_be_sent(
    rig: Rig, hosts: list[Host], facility: Facility
) -> None:
    hosts[0].host_key = hosts[1].host_key
    hosts[0].save()
    row = rig.queue()
    rig.visit()
    facility.refresh_from_db()
    assert state(row) == S.QUEUED
    assert facility.halted_since is not None
    assert open_alerts() == {"host-key"}
    assert rig.received() == {}


def test_a_host_that_nobody_confirmed_is_left_out(rig: Rig, hosts: list[Host]) -> None:
    hosts[0].host_key = ""
    hosts[0].save()
    row = rig.queue()
    rig.visit()
    assert state(row) == S.ACCEPTED
    assert Attempt.objects.get().host == hosts[1]
    assert Alert.objects.filter(kind="host-key", participant=None).exists()


def test_a_sandbox_deployment_speaks_to_loopback_only(
    rig: Rig, hosts: list[Host]
) -> None:
    Host.objects.exclude(pk=hosts[0].pk).delete()
    Host.objects.update(address="192.0.2.1")
    row = rig.queue()
    rig.visit()
    assert state(row) == S.QUEUED
    assert Visit.objects.get().host is None


def test_a_stored_file_that_is_not_what_was_approved_is_not_sent(rig: Rig) -> None:
    row = rig.queue(sha256="0" * 64)
    rig.visit()
    assert state(row) == S.FAILED
    assert outcomes() == []
    assert rig.received() == {}


def test_a_window_that_has_closed_sends_nothing(rig: Rig) -> None:
    row = rig.queue()
    type(row).objects.update(window_closes_at=row.created_at)
    rig.visit()
    assert state(row) == S.QUEUED
    assert rig.received() == {}


def test_the_stall_limit_is_the_settings(rig: Rig, settings: Settings) -> None:
    settings.STALL_SECONDS = 0.3
    rig.box.faults(stall_after_bytes=1_000_000)
    row = rig.queue(BIG)
    rig.visit()
    assert state(row) == S.UNCONFIRMED
    assert "nothing" in row.sentence.lower()
