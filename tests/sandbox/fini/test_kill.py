"""SIGKILL of the worker at any moment: nothing is sent twice, lost, or stuck."""

import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from fini.models import Batch, Sending
from fini.states import BatchStatus, SendingStatus
from portal import wakeups
from sandbox.inthread import SandboxThread
from tests.fini import sending_builders as builders
from tests.sandbox import processes
from tests.sandbox.fini.rig import Rig
from tests.sandbox.processes import Processes

SEED = 20240301
KILLS, WITHIN = 6, 60.0
# A look-up that was cut three times in a row is tried again after half a minute.
ENDED_WITHIN = 180.0
BATCHES, RECORDS = 3, 9_000
# The house's own figures are longer; here all must have run out within the minute.
PACE = {
    "LEASE_SECONDS": 3,
    "LEASE_RENEW_SECONDS": 1,
    "SWEEP_SECONDS": 1,
    "FINI_QUERY_AFTER_SECONDS": 2,
    "FINI_PER_COMPANY": 0,
    "FINI_PER_MACHINE": 0,
}


def kill_at_random(running: Processes, worker: list[str], rig: Rig) -> None:
    """Each time once it is at work, and then at any moment of a request and a half."""
    chance = random.Random(SEED)
    for _ in range(KILLS):
        assert waited(partial(has_more_than, Sending.objects.count()))
        time.sleep(chance.uniform(0, 0.6))
        running.kill("visits")
        stage = chance.choice(["before", "after", "middle"])
        rig.fault(cut={"stage": stage, "times": 1, "path": "*/subscriptions/*"})
        running.start("visits", worker)


def has_more_than(sendings: int) -> bool:
    return Sending.objects.count() > sendings


def waited(true: Callable[[], bool], within: float = WITHIN) -> bool:
    until = time.monotonic() + within
    while not (met := true()) and time.monotonic() < until:
        time.sleep(0.1)
    return met


def ended(batches: list[Batch]) -> bool:
    rows = Batch.objects.filter(pk__in=[batch.pk for batch in batches])
    return {row.status for row in rows} == {BatchStatus.ENDED}


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_killed_at_random_every_record_is_at_fini_once(
    rig: Rig, box: SandboxThread, tmp_path: Path
) -> None:
    worker = processes.worker("visits", concurrency=2)
    told = {"FINI_SANDBOX_URL": box.gateway["url"]}
    told["FINI_SANDBOX_CA_FILE"] = box.gateway["ca"]
    batches = [rig.batch(RECORDS) for _ in range(BATCHES)]
    # Each request takes a moment, so that a kill meets it in every state.
    rig.fault(slow={"seconds": 0.3, "stage": "after", "path": "*/add/*"})
    with Processes(tmp_path, **PACE, **told) as running:
        running.start("visits", worker)
        running.start("quick", processes.worker("quick", concurrency=1))
        running.start("beat", processes.beat(tmp_path))
        for batch in batches:
            wakeups.wake("fini-send", batch.pk)
        kill_at_random(running, worker, rig)
        rig.fault(slow=None, cut=None)
        waited(lambda: ended(batches), ENDED_WITHIN)
        waiting = list(Batch.objects.values_list("status", "send_tries", "sentence"))
        log = running.said("visits")

    sendings = Sending.objects.values_list("status", flat=True)
    statuses = {status: list(sendings).count(status) for status in set(sendings)}
    print(f"killed {KILLS} times, sendings {statuses}")
    found = rig.there()
    assert ended(batches), (waiting, log[-4000:])
    for batch in batches:
        assert builders.states(batch) == {"recorded": RECORDS}
    records = BATCHES * RECORDS
    assert (found["total"], found["own_refs"]) == (records, records)
    assert found["doubled"] == {}
    assert statuses[SendingStatus.RESOLVED] >= 2, statuses
