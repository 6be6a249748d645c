"""What goes wrong around the fetching: the line anywhere in a visit, a second login,
the store itself, odd names, and a time that runs out."""

import datetime as dt
import shutil
import threading
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from keys.models import Host, Platform, SftpAccount, SshKey
from keys.services import open_private
from portal import clock
from portal.alerts.models import Alert
from portal.exchange import session as exchange
from portal.files import NoRoom, Receiving
from portal.people.models import Identity, Participant
from sandbox.inthread import SandboxThread
from tests.sandbox import processes
from tests.sandbox.cut_line import CutLine
from tests.sandbox.fetch_rig import MAPPING, FetchRig, sha256
from tests.sandbox.processes import Processes
from tests.sandbox.renewing import Keyed, at
from tests.sandbox.rig import Rig, open_alerts, state
from tests.sandbox.test_workers import eventually
from transfers.models import Fetching, RetrievedFile, RetrievedStatus, Visit
from transfers.services import rounds, sweeps
from transfers.states import SubmissionStatus
from transfers.visit.login import limits

S = RetrievedStatus
WHOLE = bytes(range(256)) * 400
ROOM = 24_000_000  # more than the tables of a test take


@pytest.fixture(autouse=True)
def _clock_back() -> Iterator[None]:
    yield
    clock.move_to(0)


@pytest.fixture
def fetches(
    box: SandboxThread, account: SftpAccount, participant: Participant
) -> FetchRig:
    return FetchRig(box, account, participant)


@pytest.fixture
def line(hosts: list[Host]) -> Iterator[CutLine]:
    """To the only host that there is."""
    first = hosts[0]
    Host.objects.exclude(pk=first.pk).delete()
    with CutLine(first.address, first.port) as made:
        Host.objects.filter(pk=first.pk).update(port=made.port)
        yield made


def try_again(fetches: FetchRig) -> None:
    """The time of the next try has come."""
    RetrievedFile.objects.filter(status=S.SEEN).update(fetch_after=None)
    fetches.fetch()


@pytest.mark.slow
def test_a_line_cut_anywhere_in_a_visit_half_keeps_nothing(
    fetches: FetchRig, line: CutLine
) -> None:
    for number in range(5):
        fetches.publish(f"{number}.bin", WHOLE[number:])
    fetches.fetch()
    assert len(fetches.kept()) == 5
    all_of_it = line.carried
    for number, after in enumerate(range(0, all_of_it, all_of_it // 12), 5):
        fetches.publish(f"{number}.bin", WHOLE[number:])
        line.after = after
        fetches.fetch()
        line.after = None
        assert fetches.parts() == []
        assert_whole(fetches)
        try_again(fetches)
        assert len(fetches.kept()) == number + 1
    assert Fetching.objects.get().sentence == ""


def assert_whole(fetches: FetchRig) -> None:
    """What is kept is what was distributed, and a try that ended early says so."""
    there = {one["name"]: one["sha256"].upper() for one in fetches.box.distributed()}
    assert fetches.kept().items() <= there.items()
    found = Fetching.objects.get()
    if Visit.objects.latest("started_at").outcome != "done":
        assert found.wanted_since is not None
        assert found.not_before is not None
        assert found.sentence


def test_a_real_second_login_costs_a_try_and_no_file(
    fetches: FetchRig, hosts: list[Host]
) -> None:
    content = WHOLE * 40
    fetches.publish("long.bin", content)
    fetches.box.faults(slow_reads={"bytes_per_second": 1_000_000, "name": "*"})
    fetching = threading.Thread(target=in_a_thread, args=(fetches,))
    fetching.start()
    assert eventually(lambda: fetches.reads() == {"long.bin": 1})
    log_in_besides(fetches.account, hosts[0])
    fetching.join(30)
    row = fetches.row("long.bin")
    assert (row.status, fetches.parts()) == (S.SEEN, [])
    assert "line ended" in row.sentence
    fetches.box.reset_faults()
    try_again(fetches)
    assert fetches.kept() == {"long.bin": sha256(content)}


def in_a_thread(fetches: FetchRig) -> None:
    try:
        fetches.fetch()
    finally:
        connection.close()


def log_in_besides(account: SftpAccount, host: Host) -> None:
    """Somebody else of the same login, as with another client."""
    key = SshKey.objects.get(account=account)
    there = exchange.Host(host.address, host.port, host.host_key)
    login = exchange.Login(account.login_id, open_private(key))
    exchange.connect(there, login, limits=limits()).close()


def test_a_read_only_store_is_told_and_tried_again(
    fetches: FetchRig, settings: Settings
) -> None:
    fetches.publish("notice.txt", b"kept later")
    root = settings.FILES_ROOT
    settings.FILES_ROOT = "/sys/portal-files"  # nothing can be made there
    fetches.fetch()
    assert "may not write" in Alert.objects.get(kind="store-fails").body
    assert fetches.row("notice.txt").status == S.SEEN
    settings.FILES_ROOT = root
    fetches.fetch()
    assert fetches.kept() == {"notice.txt": sha256(b"kept later")}
    assert "store-fails" not in open_alerts()


def test_a_store_that_takes_nothing_stops_no_submission(
    fetches: FetchRig, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise NoRoom

    fetches.publish("notice.txt", b"never kept")
    submission = rig.queue()
    rounds.want(fetches.account.pk, clock.now())
    monkeypatch.setattr(Receiving, "write", full)
    assert rig.visit_until(lambda: state(submission) == SubmissionStatus.ACCEPTED)
    assert fetches.kept() == {}
    assert "store-fails" in open_alerts()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("prlimit") is None, reason="no prlimit here")
def test_a_disk_that_is_really_full_is_told_and_half_keeps_nothing(
    fetches: FetchRig, tmp_path: Path
) -> None:
    fetches.publish("large.bin", size=ROOM * 2, seed="large")
    fetches.publish("small.txt", b"small")
    rounds.want(fetches.account.pk, clock.now())
    worker = processes.worker("visits", concurrency=1)
    full = ["prlimit", f"--fsize={ROOM}", *worker]
    with Processes(tmp_path, SWEEP_SECONDS=1) as running:
        running.start("visits", full)
        running.start("quick", processes.worker("quick", concurrency=2))
        running.start("beat", processes.beat(tmp_path))
        is_told = Alert.objects.filter(kind="store-fails", resolved_at=None).exists
        assert eventually(is_told, within=60), running.said("visits")[-4000:]
        running.terminate("visits")
    assert "disk is full" in Alert.objects.get(kind="store-fails").body
    assert fetches.parts() == []
    large = fetches.row("large.bin")
    assert (large.status, large.stored_key) == (S.SEEN, "")
    fetches.fetch()
    assert set(fetches.kept()) == {"large.bin", "small.txt"}
    assert "store-fails" not in open_alerts()


@pytest.mark.parametrize(
    "names",
    [
        (
            unicodedata.normalize("NFC", "Bé.txt"),
            unicodedata.normalize("NFD", "Bé.txt"),
        ),
        ("結算.csv", "结算.csv"),
        ("-rf", "--"),
        (".hidden", "..hidden"),
        ("a b.txt", "a  b.txt"),
        ("a.txt", "a.txt "),
        ("x" * 255, "x" * 254),
        ("%2e%2e%2f", "{{ x }}"),
        ("a\\b.txt", "C:b.txt"),
    ],
    ids=lambda names: ascii(names[0][:12]),
)
def test_an_odd_name_is_a_name(fetches: FetchRig, names: tuple[str, str]) -> None:
    for name in names:
        fetches.publish(name, name.encode(), any_name=True)
    fetches.fetch()
    assert fetches.kept() == {name: sha256(name.encode()) for name in names}


@pytest.mark.ledger("RAP-07")
def test_an_empty_report_does_not_use_up_its_day(
    box: SandboxThread,
    transactional_db: None,
    participant: Participant,
    ce_number: Identity,
) -> None:
    at(box, "2026-11-18 19:00")
    rrs = FetchRig(box, Keyed(box, participant, Platform.RRS).account, participant)
    rrs.publish("TP001_CXYZ_20261118.csv", b"", "CXYZ")
    rrs.fetch()
    at(box, "2026-11-18 19:30")
    rrs.publish("TP001_CXYZ_20261118.csv", b"not empty", "CXYZ")
    rrs.fetch()
    rows = RetrievedFile.objects.filter(status=S.KEPT)
    assert sorted(row.size for row in rows) == [0, len(b"not empty")]


RESULT = "HBCNRSLT_AAA000.zip"


def denied_in_the_evening(fetches: FetchRig) -> dt.date:
    """A mapping file, gone at midnight; the day."""
    day = clock.today() + dt.timedelta(days=1)
    at(fetches.box, f"{day} 19:00")
    fetches.publish(RESULT, b"result", MAPPING)
    fetches.box.faults(deny_read={"on": True, "name": RESULT})
    fetches.fetch()
    sweeps.sweep_fetching(clock.now())
    assert open_alerts() == set()
    return day


@pytest.mark.ledger("ECP-25")
def test_a_file_whose_time_runs_out_is_told_before_and_after(fetches: FetchRig) -> None:
    day = denied_in_the_evening(fetches)
    at(fetches.box, f"{day} 22:01")
    sweeps.sweep_fetching(clock.now())
    told = Alert.objects.get(kind="files-at-risk")
    assert RESULT in told.body
    assert "00:00 on" in told.body
    assert "permission denied" in told.body
    at(fetches.box, f"{day + dt.timedelta(days=1)} 00:01")
    fetches.fetch()
    assert fetches.row(RESULT).status == S.VANISHED
    assert open_alerts() == {"file-vanished"}


@pytest.mark.ledger("ECP-25")
def test_a_file_that_is_kept_in_the_last_hour_ends_the_alert(fetches: FetchRig) -> None:
    day = denied_in_the_evening(fetches)
    at(fetches.box, f"{day} 23:30")
    sweeps.sweep_fetching(clock.now())
    fetches.fetch()
    assert open_alerts() == {"files-at-risk"}
    row = fetches.row(RESULT)
    assert row.fetch_after is not None
    assert row.fetch_after < row.removed_at  # another try is in time
    fetches.box.reset_faults()
    at(fetches.box, f"{day} 23:55")
    fetches.visit()
    assert fetches.kept() == {RESULT: sha256(b"result")}
    assert open_alerts() == set()
