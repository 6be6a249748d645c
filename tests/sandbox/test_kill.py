"""SIGKILL at any moment: nothing lost, nothing received twice, nothing stuck."""

import datetime as dt
import random
import time
from collections import Counter
from pathlib import Path

import pytest

from keys.models import SftpAccount
from portal import clock
from portal.alerts.models import Alert
from portal.people.models import Identity, IdentityKind, Participant, User
from sandbox.accounts import Accounts, parse_account
from sandbox.founding import found
from tests.sandbox import keys, processes
from tests.sandbox.conftest import WORKER, confirmed_hosts
from tests.sandbox.processes import Control, Processes
from tests.sandbox.zips import good_zip
from tests.transfers import builders
from transfers.models import Submission
from transfers.states import SubmissionStatus

S = SubmissionStatus
FILE_IDS = {
    IdentityKind.CE_NUMBER: ("HBCNMAPP", "HBCNATBN", "HBCNBCBN"),
    IdentityKind.FIRM_ID: ("HBCNLQBN", "HBCNERBN", "HBCNOTBN"),
}
SEED = 20240301
KILLS_FOR = 35.0
THEN_WITHIN = 60.0
ROUND = ["visits", "visits", "sandbox", "sandbox", "quick"]  # in a random order
SLOW = {"slow": {"bytes_per_second": 800_000}}
# The house's own figures, except that a lease is shorter: it must run out in time
# for a minute to be enough.
PACE = {
    "LEASE_SECONDS": 6,
    "LEASE_RENEW_SECONDS": 2,
    "SWEEP_SECONDS": 2,
    "STALL_SECONDS": 5,
    "RESULT_FIRST_SECONDS": 0.5,
    "RESULT_EVERY_SECONDS": 1,
    "RESULT_THEN_EVERY_SECONDS": 3,
    "RESULT_DEADLINE_SECONDS": 20,
}


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Of a sandbox that is a process, on free ports that it keeps."""
    folder = tmp_path / "exchange"
    found(folder, port=0, control_port=0, smtp_port=0, block=60 + WORKER, key_bits=2048)
    return folder


@pytest.fixture
def running(tmp_path: Path, state: Path, transactional_db: None) -> Processes:
    return Processes(tmp_path, **PACE)


def commands(tmp_path: Path, state: Path) -> dict[str, list[str]]:
    return {
        "sandbox": processes.sandbox(state),
        "visits": processes.worker("visits"),
        "quick": processes.worker("quick", concurrency=2),
        "beat": processes.beat(tmp_path),
    }


def account_for(
    participant: Participant, kind: IdentityKind, state: Path
) -> SftpAccount:
    """An account with five identities of one kind, known to the exchange."""
    made = builders.account(participant)
    for number in range(5):
        code = f"AAB{number:03}" if kind == IdentityKind.CE_NUMBER else f"{number:05}"
        Identity.objects.get_or_create(participant=participant, kind=kind, code=code)
    made.identities.set(participant.identities.filter(kind=kind)[:5])
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


def queue_all(user: User, account: SftpAccount, kind: IdentityKind) -> list[Submission]:
    """Three files for each identity, no two with one name."""
    return [
        builders.submission(
            user,
            account,
            identity,
            content=good_zip(900_000),
            file_id=file_id,
            window_closes_at=clock.now() + dt.timedelta(hours=20),
        )
        for identity in account.identities.order_by("code")
        for file_id in FILE_IDS[kind]
    ]


def kill_at_random(
    running: Processes, all_commands: dict[str, list[str]], control: Control
) -> Counter[str]:
    chance = random.Random(SEED)
    victims: list[str] = []
    killed: Counter[str] = Counter()
    until = time.monotonic() + KILLS_FOR
    while time.monotonic() < until:
        time.sleep(chance.uniform(0.5, 4.0))
        victims = victims or chance.sample(ROUND, len(ROUND))
        victim = victims.pop()
        running.kill(victim)
        killed[victim] += 1
        running.start(victim, all_commands[victim])
        if victim == "sandbox":
            control.wait()
            control.faults(**SLOW)
    return killed


def is_settled(row: Submission) -> bool:
    """Ended, or a person has been told."""
    if row.status == S.UNCONFIRMED:
        return Alert.objects.filter(key=str(row.pk), resolved_at=None).exists()
    return row.status in (S.ACCEPTED, S.REJECTED, S.FAILED, S.MISMATCHED)


def settle(rows: list[Submission]) -> list[Submission]:
    """The rows as they are once all are settled, or when the minute is over."""
    until = time.monotonic() + THEN_WITHIN
    while True:
        found = list(Submission.objects.filter(pk__in=[row.pk for row in rows]))
        if all(is_settled(row) for row in found) or time.monotonic() > until:
            return found
        time.sleep(0.5)


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_killed_at_random_nothing_is_lost_doubled_or_stuck(
    running: Processes,
    state: Path,
    tmp_path: Path,
    participant: Participant,
    alice: User,
) -> None:
    all_commands, control = commands(tmp_path, state), Control(state)
    with running:
        running.start("sandbox", all_commands["sandbox"])
        control.wait()
        control.faults(**SLOW)
        confirmed_hosts(processes.hosts(state))
        rows: list[Submission] = []
        for kind in FILE_IDS:
            account = account_for(participant, kind, state)
            rows += queue_all(alice, account, kind)
        for name in ("visits", "quick", "beat"):
            running.start(name, all_commands[name])
        killed = kill_at_random(running, all_commands, control)
        ended = settle(rows)
        time.sleep(5)  # what an answer was still to come for
        ended = settle(rows)
        received = Counter(one["sha256"] for one in control.receptions())
        log = running.said("visits")

    states = Counter(row.status for row in ended)
    print(f"killed {dict(killed)}, ended {dict(states)}, received {len(received)}")
    assert len(rows) == 30
    assert killed["visits"] >= 3
    assert killed["sandbox"] >= 3
    assert [row for row in ended if not is_settled(row)] == [], log[-4000:]
    assert max(received.values()) == 1
    assert set(states) <= {S.ACCEPTED, S.UNCONFIRMED}
    accepted = {row.sha256 for row in ended if row.status == S.ACCEPTED}
    assert accepted == set(received)
