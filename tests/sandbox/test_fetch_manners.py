"""The manners of fetching, by the exchange's own counters; and who goes first."""

import datetime as dt
import io
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from keys.models import Platform, SftpAccount
from portal import clock, stopping
from portal.people.models import Identity, Participant
from sandbox.inthread import SandboxThread
from tests.sandbox import keys
from tests.sandbox.fetch_rig import FetchRig, sha256
from tests.sandbox.renewing import Keyed, at
from tests.sandbox.rig import Rig
from transfers.models import Fetching, RetrievedFile, RetrievedStatus, Submission
from transfers.selectors import fetching
from transfers.services import rounds, sweeps
from transfers.states import SubmissionStatus
from transfers.visit.run import run

S = RetrievedStatus
LARGE = 60_000_000


@pytest.fixture(autouse=True)
def _clock_back() -> Iterator[None]:
    yield
    clock.move_to(0)


@pytest.fixture
def ecp(box: SandboxThread, account: SftpAccount, participant: Participant) -> FetchRig:
    return FetchRig(box, account, participant)


def reports(
    box: SandboxThread, participant: Participant, platform: Platform
) -> FetchRig:
    at(box, "2026-11-18 19:00")  # a Wednesday
    keyed = Keyed(box, participant, platform)
    return FetchRig(box, keyed.account, participant)


@pytest.fixture
def rap(
    box: SandboxThread,
    transactional_db: None,
    participant: Participant,
    ce_number: Identity,
) -> FetchRig:
    return reports(box, participant, Platform.RAP)


@pytest.fixture
def rrs(
    box: SandboxThread,
    transactional_db: None,
    participant: Participant,
    ce_number: Identity,
) -> FetchRig:
    return reports(box, participant, Platform.RRS)


@pytest.mark.ledger("RAP-04/P")
def test_every_folder_that_rap_shows_is_fetched(rap: FetchRig) -> None:
    folders = ("DCASS", "DCASS_OTHERS", "HKCC_SEOCH_CCMS_GLOB")
    for folder in folders:
        rap.publish(f"TP001_{folder}.csv", folder.encode(), folder)
    rap.fetch()
    assert rap.kept() == {f"TP001_{f}.csv": sha256(f.encode()) for f in folders}


@pytest.mark.ledger("RRS-04/P")
def test_rrs_common_and_own_folder_are_fetched_and_no_keys(rrs: FetchRig) -> None:
    rrs.publish("common.csv", b"all", "COMMON")
    rrs.publish("own.csv", b"own", "CXYZ")
    rrs.fetch()
    assert set(rrs.kept()) == {"common.csv", "own.csv"}


@pytest.mark.ledger("RAP-07", "RRS-05")
def test_each_report_is_fetched_once_a_day(rap: FetchRig) -> None:
    rap.publish("TP001.csv", b"first", "DCASS")
    rap.fetch()
    rap.publish("TP001.csv", b"corrected", "DCASS")
    rap.fetch()
    assert rap.reads() == {"TP001.csv": 1}
    at(rap.box, "2026-11-19 07:30")
    sweeps.sweep()
    rap.visit()
    assert rap.reads() == {"TP001.csv": 2}
    assert RetrievedFile.objects.filter(status=S.KEPT).count() == 2


@pytest.mark.ledger("RAP-07", "RRS-05")
def test_intraday_reports_are_fetched_each_time(rap: FetchRig) -> None:
    rap.publish("RPI03.csv", b"first", "DCASS")
    rap.fetch()
    rap.publish("RPI03.csv", b"second", "DCASS")
    rap.fetch()
    assert RetrievedFile.objects.filter(status=S.KEPT).count() == 2


@pytest.mark.ledger("RAP-05", "RRS-05")
@pytest.mark.parametrize("moment", ["2026-11-18 05:00", "2026-11-22 12:00"])
def test_nobody_logs_in_while_it_is_closed(rrs: FetchRig, moment: str) -> None:
    rrs.publish("TP001.csv", b"x", "COMMON")
    at(rrs.box, moment)
    rrs.fetch()
    assert rrs.reads() == {}
    assert rrs.box.account(rrs.account.login_id)["logins"] == 0
    told = fetching.state_of(rrs.account, clock.now())
    assert told.why_not.startswith("RRS opens")
    assert told.is_wanted


@pytest.mark.ledger("RRS-06/P")
def test_rrs_is_never_logged_in_to_so_often_that_it_locks(rrs: FetchRig) -> None:
    for _ in range(12):
        rrs.fetch()
    counted = rrs.box.counters()["accounts"][rrs.account.login_id]
    assert counted["most_logins_in_five_minutes"] <= 4
    assert counted["refused_logins"] == {}


@pytest.mark.ledger("RRS-04/P")
def test_two_accounts_of_a_box_fetch_each_file_once(
    rrs: FetchRig, participant: Participant
) -> None:
    names = [f"TP{number:03}.csv" for number in range(40)]
    for name in names:
        rrs.publish(name, name.encode(), "COMMON")
    second = SftpAccount.objects.create(
        facility=rrs.account.facility, participant=participant, login_id="CXYZ002"
    )
    keys.give(second)
    rrs.box.register(
        login=second.login_id,
        participant=participant.code,
        platform="RRS",
        public_keys=[keys.public_line()],
    )
    visits = [other_thread(account) for account in (rrs.account, second)]
    for account in (rrs.account, second):
        rounds.want(account.pk, clock.now())
        SftpAccount.objects.filter(pk=account.pk).update(visit_due_at=clock.real_now())
    for visit in visits:
        visit.start()
    for visit in visits:
        visit.join(60)
    assert rrs.reads() == dict.fromkeys(names, 1)
    assert set(rrs.kept()) == set(names)


def other_thread(account: SftpAccount) -> threading.Thread:
    def work() -> None:
        try:
            run(account.pk)
        finally:
            connection.close()

    return threading.Thread(target=work)


def test_a_submission_goes_before_a_large_download(ecp: FetchRig, rig: Rig) -> None:
    ecp.publish("large.bin", folder="HBCNRFPR", size=LARGE)
    ecp.box.faults(slow_reads={"bytes_per_second": 2_000_000, "name": "large.bin"})
    rounds.want(ecp.account.pk, clock.now())
    rig.make_due()
    visit = other_thread(ecp.account)
    visit.start()
    until(lambda: RetrievedFile.objects.filter(status=S.FETCHING).exists())
    submission = rig.queue()
    began = time.monotonic()
    until(lambda: status(submission) != SubmissionStatus.QUEUED)
    assert time.monotonic() - began < 10
    ecp.box.reset_faults()
    visit.join(30)
    assert rig.visit_until(lambda: "large.bin" in ecp.kept())
    assert status(submission) == SubmissionStatus.ACCEPTED


def test_a_worker_that_is_told_to_stop_leaves_a_large_download(ecp: FetchRig) -> None:
    ecp.publish("large.bin", folder="HBCNRFPR", size=LARGE)
    ecp.box.faults(slow_reads={"bytes_per_second": 2_000_000, "name": "large.bin"})
    rounds.want(ecp.account.pk, clock.now())
    SftpAccount.objects.update(visit_due_at=clock.real_now())
    visit = other_thread(ecp.account)
    visit.start()
    until(lambda: RetrievedFile.objects.filter(status=S.FETCHING).exists())
    stopping.stop()
    try:
        visit.join(15)
        assert not visit.is_alive()
    finally:
        stopping.start()
    row = ecp.row("large.bin")
    assert (row.status, row.tries, row.stored_key) == (S.SEEN, 0, "")
    ecp.box.reset_faults()
    ecp.fetch()
    assert set(ecp.kept()) == {"large.bin"}


def status(submission: Submission) -> str:
    submission.refresh_from_db()
    return submission.status


def until(true: Any, within: float = 15) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_accepted_submission_has_its_response_fetched_by_itself(
    ecp: FetchRig, rig: Rig
) -> None:
    submission = rig.queue()
    assert rig.visit_until(lambda: status(submission) == SubmissionStatus.ACCEPTED)
    name = f"HBCNMPRP_AAA000_{clock.today():%Y%m%d}.zip"
    ecp.publish(name, b"response", "HBCNMAPP")
    sweeps.sweep()
    assert Fetching.objects.get().wanted_since is not None
    rig.visit()
    row = ecp.row(name)
    assert row.status == S.KEPT
    assert row.submission == submission


def test_the_command_lists_and_then_fetches(ecp: FetchRig) -> None:
    ecp.publish("notice.txt", b"news")
    listed = command(ecp, "--dry-run")
    assert [(one["name"], one["known"]) for one in listed] == [("notice.txt", "")]
    assert not RetrievedFile.objects.exists()
    fetched = command(ecp)
    assert [(one["name"], one["status"]) for one in fetched] == [("notice.txt", "kept")]
    assert command(ecp, "--dry-run")[0]["known"] == "kept"


def command(rig: FetchRig, *more: str) -> Any:
    out = io.StringIO()
    call_command(
        "fetch", "--account", rig.account.login_id, "--json", *more, stdout=out
    )
    return json.loads(out.getvalue())


def test_the_command_says_why_it_does_not(ecp: FetchRig) -> None:
    SftpAccount.objects.update(is_enabled=False)
    with pytest.raises(CommandError, match="disabled"):
        command(ecp)


def test_a_schedule_brings_a_visit_by_itself(ecp: FetchRig) -> None:
    ecp.publish("notice.txt", b"news")
    sweeps.sweep()
    SftpAccount.objects.update(visit_due_at=None)
    clock.move_to(int(dt.timedelta(days=4).total_seconds()))
    sweeps.sweep()
    account = SftpAccount.objects.get()
    assert account.visit_due_at is not None
    assert Fetching.objects.get().wanted_since is not None
