"""HKEX's answers, and their absence."""

import pytest

from tests.sandbox.rig import Rig, open_alerts, state
from transfers.models import Attempt, AttemptOutcome, ResultFile, Visit, VisitOutcome
from transfers.states import SubmissionStatus

S = SubmissionStatus


@pytest.mark.ledger("ECP-12", "ECP-14/P")
def test_an_acknowledged_file_is_accepted_and_shows_its_checksum(rig: Rig) -> None:
    row = rig.queue()
    rig.visit()
    assert state(row) == S.ACCEPTED
    assert row.checksum_received == row.sha256
    assert ResultFile.objects.get().submission == row
    assert rig.received() == {row.sha256: 1}


def test_all_that_is_due_is_done_in_one_session(rig: Rig) -> None:
    rows = [rig.queue(file_id=name) for name in ("HBCNMAPP", "HBCNATBN", "HBCNBCBN")]
    rig.visit()
    assert {state(row) for row in rows} == {S.ACCEPTED}
    # A slow machine may need another visit for the last look at the answers.
    first = Visit.objects.earliest("started_at")
    uploads = Attempt.objects.filter(ended_at__lte=first.ended_at)
    assert (first.outcome, uploads.count()) == (VisitOutcome.DONE, len(rows))


def test_of_two_files_with_one_name_each_gets_its_own_answer(rig: Rig) -> None:
    rows = [rig.queue() for _ in range(3)]
    rig.visit()
    assert {state(row) for row in rows} == {S.ACCEPTED}
    assert rig.received() == {row.sha256: 1 for row in rows}


@pytest.mark.ledger("ECP-13")
def test_a_rejected_file_shows_code_and_reason_and_is_an_alert(rig: Rig) -> None:
    reason = "File name contains invalid characters"
    rig.box.faults(result={"kind": "reject", "code": "4007", "reason": reason})
    row = rig.queue()
    rig.visit()
    assert state(row) == S.REJECTED
    assert (row.rejection_code, row.rejection_reason) == ("4007", reason)
    assert open_alerts() == {"submission-rejected"}


def test_another_checksum_is_an_alarm(rig: Rig) -> None:
    rig.box.faults(result="wrong")
    row = rig.queue()
    rig.visit()
    assert state(row) == S.MISMATCHED
    assert row.checksum_received not in ("", row.sha256)
    assert open_alerts() == {"submission-mismatched"}


@pytest.mark.usefixtures("impatient")
def test_no_result_by_the_deadline_is_unconfirmed(rig: Rig) -> None:
    rig.box.faults(result="none")
    row = rig.queue()
    rig.visit()
    assert state(row) == S.UNCONFIRMED
    assert "No .rcvd or .rej" in row.sentence
    assert open_alerts() == {"submission-unconfirmed"}


@pytest.mark.usefixtures("impatient")
def test_a_late_result_ends_what_was_unconfirmed_and_its_alert(rig: Rig) -> None:
    rig.box.faults(result={"kind": "late", "seconds": 6})
    row = rig.queue()
    rig.visit()
    assert state(row) == S.UNCONFIRMED
    assert rig.visit_until(lambda: state(row) == S.ACCEPTED)
    assert open_alerts() == set()
    assert rig.received() == {row.sha256: 1}


@pytest.mark.parametrize("second", ["same", "other"])
def test_a_second_result_is_an_alarm_and_changes_nothing(rig: Rig, second: str) -> None:
    rig.box.faults(result={"kind": "double", "second": second, "seconds": 0.1})
    row = rig.queue()
    rig.visit()
    assert rig.visit_until(lambda: row.results.count() == 2)
    assert state(row) == S.ACCEPTED
    assert open_alerts() == {"double-result"}


def test_a_result_too_long_to_keep_is_kept_in_part(rig: Rig) -> None:
    rig.box.faults(result_bytes="QUJD" * 40_000)
    row = rig.queue()
    rig.visit()
    kept = ResultFile.objects.get()
    assert state(row) == S.MISMATCHED
    assert kept.size == 120_000
    assert len(kept.content) == 64 * 1024


def test_a_result_of_any_bytes_is_kept_as_it_came(rig: Rig) -> None:
    rig.box.faults(result_bytes="AAECA//+/Q==")
    row = rig.queue()
    rig.visit()
    assert state(row) == S.MISMATCHED
    assert bytes(ResultFile.objects.get().content) == b"\0\1\2\3\xff\xfe\xfd"


def test_the_attempt_keeps_the_evidence(rig: Rig) -> None:
    row = rig.queue()
    rig.visit()
    attempt = Attempt.objects.get(submission=row)
    assert attempt.outcome == AttemptOutcome.DELIVERED
    assert attempt.bytes_acknowledged == row.size
    assert attempt.intent_at is not None
    assert attempt.closed_at is not None
    assert attempt.host is not None
