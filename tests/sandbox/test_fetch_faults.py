"""What goes wrong while files are fetched: nothing half-kept, a clear sentence, and
another try at the right time."""

import datetime as dt
from typing import Any

import pytest

from keys.models import SftpAccount
from portal import clock
from portal.alerts.models import Alert
from portal.files import NoRoom, NotWritable, Receiving
from portal.people.models import Participant
from sandbox.inthread import SandboxThread
from tests.sandbox.fetch_rig import REPORTS, FetchRig, sha256
from tests.sandbox.rig import open_alerts
from transfers.models import Fetching, RetrievedFile, RetrievedStatus, Visit

S = RetrievedStatus
BAD, GOOD = "bad.csv", "good.csv"
LONG = bytes(range(256)) * 4000


@pytest.fixture
def fetches(
    box: SandboxThread, account: SftpAccount, participant: Participant
) -> FetchRig:
    rig = FetchRig(box, account, participant)
    rig.publish(BAD, LONG)
    rig.publish(GOOD, b"good")
    return rig


def again(fetches: FetchRig) -> None:
    """All switches off, and the time of the next try has come."""
    fetches.box.reset_faults()
    RetrievedFile.objects.filter(status=S.SEEN).update(fetch_after=None)
    fetches.fetch()


def test_a_denied_file_costs_no_other(fetches: FetchRig) -> None:
    fetches.box.faults(deny_read={"on": True, "name": BAD})
    fetches.fetch()
    bad = fetches.row(BAD)
    assert fetches.kept() == {GOOD: sha256(b"good")}
    assert bad.status == S.SEEN
    assert "permission denied" in bad.sentence
    assert "tried again by itself at" in bad.sentence
    assert bad.fetch_after is not None
    assert bad.fetch_after > clock.now()
    again(fetches)
    assert fetches.kept()[BAD] == sha256(LONG)


def test_a_failed_file_is_left_alone_until_its_time(fetches: FetchRig) -> None:
    fetches.box.faults(deny_read={"on": True, "name": BAD})
    fetches.fetch()
    fetches.fetch()
    assert fetches.row(BAD).tries == 1


def test_a_file_that_vanishes_before_it_is_opened_is_told(fetches: FetchRig) -> None:
    fetches.box.faults(vanish_on_open={"on": True, "name": BAD, "times": 1})
    fetches.fetch()
    assert fetches.row(BAD).status == S.VANISHED
    assert fetches.kept() == {GOOD: sha256(b"good")}
    told = Alert.objects.get(kind="file-vanished")
    assert BAD in told.title
    assert "HKEX" in told.body


def test_a_file_that_vanishes_while_it_is_read_is_not_half_kept(
    fetches: FetchRig,
) -> None:
    fetches.box.faults(vanish_while_read={"bytes": 100_000, "name": BAD, "times": 1})
    fetches.fetch()
    assert fetches.kept() == {GOOD: sha256(b"good")}
    assert fetches.row(BAD).status == S.VANISHED


def test_a_file_that_grows_while_it_is_read_is_kept_as_it_is_then(
    fetches: FetchRig,
) -> None:
    fetches.box.faults(grow_while_read={"bytes": 100_000, "name": BAD, "times": 1})
    fetches.fetch()
    fetches.fetch()
    rows = RetrievedFile.objects.filter(name=BAD)
    whole = {one["sha256"].upper() for one in fetches.box.distributed()}
    assert {row.status for row in rows} <= {S.KEPT, S.SEEN}
    assert {one for name, one in fetches.kept().items()} <= whole
    again(fetches)
    assert fetches.kept()[BAD] in whole
    assert fetches.row(BAD).size > len(LONG)


@pytest.mark.parametrize("sent", [0, 1, 40_000, 500_000])
def test_a_line_cut_at_any_byte_leaves_nothing_half_kept(
    fetches: FetchRig, sent: int
) -> None:
    fetches.box.faults(
        cut_read_after_bytes={"bytes": sent, "name": BAD, "times": 1},
    )
    fetches.fetch()
    assert Visit.objects.latest("started_at").outcome == "broke"
    assert set(fetches.kept().values()) <= {sha256(b"good")}
    assert fetches.row(BAD).status == S.SEEN
    assert fetches.parts() == []
    found = Fetching.objects.get()
    assert found.wanted_since is not None
    assert found.not_before is not None
    assert found.sentence
    again(fetches)
    assert fetches.kept() == {BAD: sha256(LONG), GOOD: sha256(b"good")}


def test_a_session_that_another_login_ends_is_tried_again_later(
    fetches: FetchRig,
) -> None:
    fetches.box.faults(kick_while_reading={"bytes": 50_000, "name": BAD, "times": 1})
    fetches.fetch()
    assert fetches.row(BAD).status == S.SEEN
    assert "tried again" in fetches.row(BAD).sentence
    again(fetches)
    assert fetches.kept()[BAD] == sha256(LONG)


def test_a_stall_ends_and_the_file_is_fetched_later(fetches: FetchRig) -> None:
    fetches.box.faults(stall_read_after_bytes={"bytes": 50_000, "name": BAD})
    fetches.fetch()
    assert fetches.row(BAD).status == S.SEEN
    again(fetches)
    assert fetches.kept()[BAD] == sha256(LONG)


def test_a_file_that_ends_every_line_does_not_hold_up_the_others(
    fetches: FetchRig,
) -> None:
    fetches.box.faults(cut_read_after_bytes={"bytes": 0, "name": BAD})
    for _ in range(4):
        RetrievedFile.objects.filter(status=S.SEEN).update(fetch_after=None)
        fetches.fetch()
    assert fetches.kept() == {GOOD: sha256(b"good")}
    fetches.publish("later.csv", b"later")
    fetches.fetch()
    assert "later.csv" in fetches.kept()


@pytest.mark.parametrize(
    ("failure", "words"),
    [(NoRoom(), "disk is full"), (NotWritable(30), "may not write")],
)
def test_a_store_that_takes_nothing_is_told_and_tried_again(
    fetches: FetchRig,
    monkeypatch: pytest.MonkeyPatch,
    failure: OSError,
    words: str,
) -> None:
    def full(*_: Any) -> None:
        raise failure

    with monkeypatch.context() as patched:
        patched.setattr(Receiving, "write", full)
        fetches.fetch()
    assert fetches.kept() == {}
    assert {row.status for row in RetrievedFile.objects.all()} == {S.SEEN}
    assert words in Alert.objects.get(kind="store-fails").body
    found = Fetching.objects.get()
    assert found.not_before is not None
    assert found.not_before - clock.now() < dt.timedelta(minutes=6)
    fetches.fetch()
    assert set(fetches.kept()) == {BAD, GOOD}
    assert "store-fails" not in open_alerts()


def test_a_store_that_fails_at_the_last_moment_keeps_nothing(
    fetches: FetchRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(sink: Receiving) -> None:
        sink.drop()
        raise NoRoom

    with monkeypatch.context() as patched:
        patched.setattr(Receiving, "keep", full)
        fetches.fetch()
    assert fetches.kept() == {}
    fetches.fetch()
    assert set(fetches.kept()) == {BAD, GOOD}


@pytest.mark.parametrize(
    "kind",
    ["bad_names", "no_dates", "absurd_dates", "wrong_types", "twice"],
)
def test_a_listing_with_garbage_hurts_no_sound_file(
    fetches: FetchRig, kind: str
) -> None:
    fetches.box.faults(listing=kind)
    fetches.fetch()
    fetches.box.reset_faults()
    fetches.fetch()
    assert fetches.kept() == {BAD: sha256(LONG), GOOD: sha256(b"good")}


@pytest.mark.parametrize("kind", ["no_size", "absurd_sizes", "no_attributes"])
def test_a_listing_without_true_sizes_is_told(fetches: FetchRig, kind: str) -> None:
    fetches.box.faults(listing=kind)
    fetches.fetch()
    assert "names-left-out" in open_alerts()
    again(fetches)
    assert fetches.kept() == {BAD: sha256(LONG), GOOD: sha256(b"good")}
    assert "names-left-out" not in open_alerts()


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\nb.csv", "x" * 300])
def test_a_name_that_is_none_is_told_and_never_a_path(
    fetches: FetchRig, name: str
) -> None:
    fetches.publish(name, b"evil", REPORTS, any_name=True)
    fetches.fetch()
    assert set(fetches.kept()) == {BAD, GOOD}
    assert "names-left-out" in open_alerts()


def test_a_site_that_is_down_is_not_hammered_for_files(fetches: FetchRig) -> None:
    fetches.box.faults(site_down="both")
    fetches.fetch()
    found = Fetching.objects.get()
    assert found.failures == 1
    assert found.not_before is not None
    visits = Visit.objects.count()
    fetches.visit()
    assert Visit.objects.count() == visits
