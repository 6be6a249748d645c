"""SIGKILL while files are handed over, and while they are purged."""

import datetime as dt
import hashlib
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from portal import clock
from portal.activity.models import Activity, Kind
from portal.approvals import services as approvals
from portal.approvals.models import Approval
from portal.people.models import Participant, User
from tests.sandbox import processes
from tests.sandbox.processes import Processes
from tests.transfers import builders, corner_builders, keeping_builders
from transfers.models import (
    HandOver,
    HandOverStatus,
    PurgeProposal,
    PurgeStatus,
    RetrievedFile,
)
from transfers.services import purge_proposals

SEED = 20261121
PACE = {"LEASE_SECONDS": 3, "LEASE_RENEW_SECONDS": 1, "SWEEP_SECONDS": 1}
THEN_WITHIN = 60.0
BIG = 24 << 20  # long enough for a kill to meet it half way


@pytest.fixture
def office(tmp_path: Path) -> Path:
    made = tmp_path / "office"
    made.mkdir()
    return made


@pytest.fixture
def running(tmp_path: Path, office: Path, transactional_db: None) -> Processes:
    folders = {"HAND_OVER_FOLDERS": f"CP00010.office={office}"}
    return Processes(tmp_path, **PACE, **folders)


def kill_at_random(running: Processes, folder: Path, kills: int) -> None:
    chance = random.Random(SEED)
    running.start("quick", processes.worker("quick", concurrency=1))
    running.start("beat", processes.beat(folder))
    for _ in range(kills):
        running.start("visits", processes.worker("visits", concurrency=2))
        time.sleep(chance.uniform(3.5, 6.0))
        running.kill("visits")
    running.start("visits", processes.worker("visits", concurrency=2))


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + THEN_WITHIN
    while not is_so() and time.monotonic() < until:
        time.sleep(0.5)


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_killed_at_random_each_file_is_handed_over_once_and_whole(
    running: Processes,
    tmp_path: Path,
    office: Path,
    participant: Participant,
    charlie: User,
) -> None:
    rule = keeping_builders.rule(charlie, participant)
    chance = random.Random(SEED)
    for number in range(40):
        content = chance.randbytes(BIG if number % 4 == 0 else 1000)
        corner_builders.kept(participant, f"{number:02}.bin", content)
    with running:
        kill_at_random(running, tmp_path, kills=4)
        done = HandOver.objects.filter(rule=rule, status=HandOverStatus.DONE)
        wait_until(lambda: done.count() == 40)

    tries = sum(HandOver.objects.values_list("tries", flat=True))
    print(f"{done.count()} done in {tries} tries")
    assert done.count() == 40
    assert tries >= 40  # more where a kill met one half way, which is chance
    for row in done.select_related("file"):
        handed = (office / row.name).read_bytes()
        assert hashlib.sha256(handed).hexdigest().upper() == row.file.sha256
    assert len(list((office / "ECP").iterdir())) == 80  # nothing half-written either
    assert Activity.objects.filter(kind=Kind.HAND_OVER).count() == 40


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_killed_at_random_a_purge_ends_whole(
    running: Processes,
    tmp_path: Path,
    participant: Participant,
    charlie: User,
    bob: User,
) -> None:
    rows = [
        keeping_builders.kept_on(participant, dt.date(2012, 5, 7)) for _ in range(1300)
    ]
    acting = builders.acting(charlie, participant)
    proposed = purge_proposals.propose(dt.date(2013, 1, 1), acting, clock.now())
    approvals.decide(Approval.objects.get(), bob, True, "", clock.now())
    with running:
        kill_at_random(running, tmp_path, kills=3)
        done = PurgeProposal.objects.filter(pk=proposed.pk, status=PurgeStatus.DONE)
        wait_until(done.exists)

    assert done.get().purged == 1300
    assert not any(keeping_builders.path_of(row).exists() for row in rows)
    left = RetrievedFile.objects.exclude(purged_at__isnull=False, stored_key="")
    assert not left.exists()
    batches = Activity.objects.filter(description__startswith="Purge a batch, ")
    counts = [int(one.description.split("[")[1].split("]")[0]) for one in batches]
    assert sorted(counts) == [300, 500, 500]
