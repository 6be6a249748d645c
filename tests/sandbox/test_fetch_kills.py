"""SIGKILL of workers, beat and the exchange itself while two accounts fetch from one
box: each file is kept once and whole, and nothing half-kept is left."""

import os
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from keys.models import SftpAccount
from portal import clock
from portal.activity.models import Activity, Kind
from portal.people.guards import Acting
from portal.people.models import Participant, User
from sandbox.accounts import Accounts, parse_account
from sandbox.founding import found
from tests.sandbox import keys, processes
from tests.sandbox.conftest import WORKER, confirmed_hosts
from tests.sandbox.fetch_rig import REPORTS, content_of, sha256
from tests.sandbox.processes import Control, Processes
from tests.transfers import builders
from transfers.models import Fetching, RetrievedFile, RetrievedStatus
from transfers.services import leftovers, rounds

S = RetrievedStatus
SEED = int(os.environ.get("SEED", "20261121"))
FILES, AT_A_TIME = 240, 20
SIZES = (0, 1, 32_768, 100_000, 400_000, 1_500_000)
ROUNDS, BEGINS_WITHIN, THEN_WITHIN = 2, 15.0, 90.0
ROUND = ["visits", "visits", "sandbox", "sandbox", "quick", "beat"]  # at random
SLOW = {"slow_reads": {"bytes_per_second": 4_000_000, "name": "*"}}
# A shorter lease must run out in time; nothing else is other than in the house.
PACE = {
    "LEASE_SECONDS": 4,
    "LEASE_RENEW_SECONDS": 1,
    "SWEEP_SECONDS": 1,
    "STALL_SECONDS": 5,
}
A_DAY_AGO = 2 * leftovers.STALE_SECONDS


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Of a sandbox that is a process, on free ports that it keeps."""
    folder = tmp_path / "exchange"
    found(folder, port=0, control_port=0, smtp_port=0, block=60 + WORKER, key_bits=2048)
    return folder


def an_account(participant: Participant, state: Path) -> SftpAccount:
    made = builders.account(participant)
    keys.give(made)
    Accounts(state).save(
        parse_account(
            {
                "login": made.login_id,
                "participant": participant.code,
                "kind": "EP",
                "public_keys": [keys.public_line()],
                "identities": [(one.kind, one.code) for one in made.identities.all()],
            }
        )
    )
    return made


def to_publish(participant: Participant, chance: random.Random) -> list[Any]:
    """Of all sizes, in a random order, some with the same content."""
    box = {"participant": participant.code, "platform": "ECP", "folder": REPORTS}
    return [
        {"name": f"notice{n:03}.bin", "size": chance.choice(SIZES), "seed": n % 200}
        | box
        for n in range(1, FILES + 1)
    ]


class Ordeal:
    """The processes, who is killed, and a person who asks for the files."""

    def __init__(
        self, running: Processes, tmp_path: Path, state: Path, acting: Acting
    ) -> None:
        self.killed: Counter[str] = Counter()
        self.in_the_middle = 0  # of these, while a file was fetched
        self.control = Control(state)
        self._running = running
        self._acting = acting
        self._commands = {
            "sandbox": processes.sandbox(state),
            "visits": processes.worker("visits"),
            "quick": processes.worker("quick", concurrency=2),
            "beat": processes.beat(tmp_path),
        }

    def start(self, *names: str) -> None:
        for name in names:
            self._running.start(name, self._commands[name])
        if "sandbox" in names:
            self.control.wait()

    def kill_at_random(self, chance: random.Random, files: list[Any]) -> None:
        """Somewhere in the fetching, again and again, while more is published."""
        for victim in [
            v for _ in range(ROUNDS) for v in chance.sample(ROUND, len(ROUND))
        ]:
            self.control.publish([files.pop() for _ in files[:AT_A_TIME]])
            self._until_fetching()
            time.sleep(chance.uniform(0.0, 1.0))
            self.in_the_middle += _is_fetching()
            self._running.kill(victim)
            self.killed[victim] += 1
            self.start(victim)
            if victim == "sandbox":
                self.control.faults(**SLOW)

    def _until_fetching(self) -> None:
        """A worker takes seconds to start, and a lease to run out."""
        until = time.monotonic() + BEGINS_WITHIN
        while time.monotonic() < until and not _is_fetching():
            self.ask()
            time.sleep(0.5)

    def ask(self) -> None:
        """Somebody does not wait for the next try."""
        for account in SftpAccount.objects.select_related("participant", "facility"):
            rounds.ask(account, self._acting, clock.now())

    def settle(self) -> None:
        """Until all is kept and nothing is wanted any more, or the time is over."""
        self.control.faults(slow_reads=None)
        until = time.monotonic() + THEN_WITHIN
        while time.monotonic() < until and not _is_settled():
            self.ask()
            time.sleep(2)


def _is_fetching() -> bool:
    return RetrievedFile.objects.filter(status=S.FETCHING).exists()


def _is_settled() -> bool:
    kept = RetrievedFile.objects.filter(status=S.KEPT).count() == FILES
    return kept and not Fetching.objects.exclude(wanted_since=None).exists()


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.ledger("ECP-25")
def test_killed_at_random_each_file_is_kept_once_and_whole(
    transactional_db: None,
    state: Path,
    tmp_path: Path,
    participant: Participant,
    alice: User,
) -> None:
    print(f"SEED={SEED}")  # pytest shows it when the test fails
    chance = random.Random(SEED)
    with Processes(tmp_path, **PACE) as running:
        acting = builders.acting(alice, participant)
        ordeal = Ordeal(running, tmp_path, state, acting)
        ordeal.start("sandbox")
        confirmed_hosts(processes.hosts(state))
        for _ in range(2):
            an_account(participant, state)
        ordeal.control.faults(**SLOW)
        ordeal.start("visits", "quick", "beat")
        ordeal.kill_at_random(chance, to_publish(participant, chance))
        half_way = RetrievedFile.objects.exclude(stored_key="").count()
        ordeal.settle()
        there = ordeal.control.distributed()
        counted = ordeal.control.counters()
        log = running.said("visits")
    print(f"killed {dict(ordeal.killed)}, {half_way} came meanwhile")
    assert ordeal.in_the_middle >= 3
    assert ordeal.killed["visits"] >= 3
    assert ordeal.killed["sandbox"] >= 3
    each_is_kept_once(there, log)
    the_store_is_sound()
    with_manners(counted)


def each_is_kept_once(there: list[dict[str, Any]], log: str) -> None:
    rows = list(RetrievedFile.objects.all())
    assert {row.status for row in rows} == {S.KEPT}, log[-4000:]
    assert sorted((row.name, row.size, row.sha256) for row in rows) == sorted(
        (one["name"], one["size"], one["sha256"].upper()) for one in there
    )
    assert len(rows) == FILES
    for row in rows:
        assert sha256(content_of(row)) == row.sha256
    told = Activity.objects.filter(
        kind=Kind.DOWNLOAD, endpoint="SFTP", status="Successful"
    )
    refs = Counter(refs["retrieved"] for refs in told.values_list("refs", flat=True))
    assert refs == {str(row.pk): 1 for row in rows}


def the_store_is_sound() -> None:
    """It has what the rows name and nothing else, once parts have had their day."""
    root = Path(settings.FILES_ROOT)
    for part in root.glob("*/parts/*.part"):
        os.utime(part, (time.time() - A_DAY_AGO,) * 2)
    leftovers.drop_stale(clock.real_now())
    keys_named = set(RetrievedFile.objects.values_list("stored_key", flat=True))
    pks = {str(pk) for pk in Participant.objects.values_list("pk", flat=True)}
    there = [path for path in root.rglob("*") if path.is_file()]
    ours = [path for path in there if path.relative_to(root).parts[0] in pks]
    assert {path.name for path in ours} == keys_named


def with_manners(counted: dict[str, Any]) -> None:
    for login, account in counted["accounts"].items():
        assert account["displaced"] == 0, login
        assert account["refused_logins"] == {}, login
