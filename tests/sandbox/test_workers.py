"""Several workers, and a real one: one session an account, one delivery a file."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from portal import wakeups
from tests.sandbox import processes
from tests.sandbox.processes import Processes
from tests.sandbox.rig import Rig, state
from transfers.models import Visit, WorkerHeartbeat
from transfers.states import SubmissionStatus
from transfers.visit.run import run

S = SubmissionStatus
BIG = 2_000_000
RESULTS = {"RESULT_FIRST_SECONDS": 0.2, "RESULT_EVERY_SECONDS": 0.2}


def eventually(true: Callable[[], bool], within: float = 30) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.1)
    return False


def visit_in_a_thread(rig: Rig) -> threading.Thread:
    def visit() -> None:
        try:
            run(rig.account.pk)
        finally:
            connection.close()

    thread = threading.Thread(target=visit)
    thread.start()
    return thread


def test_two_workers_on_one_account_are_one_session(rig: Rig) -> None:
    rows = [rig.queue(file_id=name) for name in ("HBCNMAPP", "HBCNATBN")]
    threads = [visit_in_a_thread(rig) for _ in range(4)]
    for thread in threads:
        thread.join(30)
    assert {state(row) for row in rows} == {S.ACCEPTED}
    assert Visit.objects.count() == 1
    assert rig.received() == {row.sha256: 1 for row in rows}


def test_what_is_queued_during_a_visit_goes_with_it(rig: Rig) -> None:
    rig.box.faults(slow={"bytes_per_second": 2_000_000})
    first = rig.queue(BIG)
    thread = visit_in_a_thread(rig)
    assert eventually(lambda: state(first) == S.UPLOADING)
    second = rig.queue(file_id="HBCNATBN")
    thread.join(30)
    assert (state(first), state(second)) == (S.ACCEPTED, S.ACCEPTED)
    assert Visit.objects.count() == 1


@pytest.mark.slow
def test_a_visit_longer_than_the_brokers_visibility_timeout_delivers_once(
    rig: Rig, tmp_path: Path
) -> None:
    rig.box.faults(slow={"bytes_per_second": 250_000})
    row = rig.queue(BIG)
    with Processes(tmp_path, **RESULTS) as running:
        running.start("visits", processes.worker("visits", "tests.sandbox.late_acks"))
        wakeups.wake("visit", rig.account.pk)
        assert eventually(lambda: state(row) == S.ACCEPTED, 60)
        assert eventually(lambda: running.said("visits").count("began a task") > 1)
    assert rig.received() == {row.sha256: 1}


@pytest.mark.slow
def test_told_to_stop_a_worker_finishes_the_file_in_hand_and_opens_no_other(
    rig: Rig, tmp_path: Path
) -> None:
    rig.box.faults(slow={"bytes_per_second": 1_000_000})
    first, second = rig.queue(BIG), rig.queue(BIG, file_id="HBCNATBN")
    with Processes(tmp_path, **RESULTS) as running:
        running.start("visits", processes.worker("visits"))
        wakeups.wake("visit", rig.account.pk)
        assert eventually(lambda: state(first) == S.UPLOADING)
        assert running.terminate("visits") == 0
    assert state(first) in (S.AWAITING_ACKNOWLEDGMENT, S.ACCEPTED)
    assert state(second) == S.QUEUED
    assert rig.received() == {first.sha256: 1}


@pytest.mark.slow
def test_a_worker_shows_that_it_lives(transactional_db: None, tmp_path: Path) -> None:
    with Processes(tmp_path) as running:
        running.start("visits", processes.worker("visits"))
        assert eventually(
            lambda: WorkerHeartbeat.objects.filter(name="visits").exists()
        )
        first = WorkerHeartbeat.objects.get().at
        assert eventually(lambda: WorkerHeartbeat.objects.get().at > first)
