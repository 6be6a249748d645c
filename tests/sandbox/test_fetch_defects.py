"""What a file's content, or a defect, does to a visit: nothing, or it is told."""

import io
import zipfile

import pytest

from portal.alerts.models import Alert
from tests.sandbox.fetch_rig import MAPPING, FetchRig, sha256
from tests.sandbox.rig import Rig, open_alerts, state
from transfers.models import Fetching, Visit, VisitOutcome
from transfers.services import arrivals, defects
from transfers.states import SubmissionStatus


@pytest.fixture
def fetches(rig: Rig) -> FetchRig:
    return FetchRig(rig.box, rig.account, rig.account.participant)


def broken(method: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.writestr("a.txt", b"hello " * 1000)
    content = bytearray(made.getvalue())
    content[44:54] = b"\xff" * 10
    return bytes(content)


@pytest.mark.parametrize("method", [0, 8, 12, 14])
def test_a_corrupt_zip_ends_no_visit(fetches: FetchRig, method: int) -> None:
    content = broken(method)
    fetches.publish("HBCNRSLT_A_20261123.zip", content, MAPPING, any_name=True)
    fetches.publish("HBCNRSLT_B_20261123.csv", b"accepted\n", MAPPING, any_name=True)
    fetches.fetch()
    assert fetches.kept() == {
        "HBCNRSLT_A_20261123.zip": sha256(content),
        "HBCNRSLT_B_20261123.csv": sha256(b"accepted\n"),
    }
    assert Visit.objects.get().outcome == VisitOutcome.DONE


def test_a_visit_that_a_defect_ends_is_told_and_submissions_go_on(
    rig: Rig, fetches: FetchRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetches.publish("a.csv")
    with monkeypatch.context() as broken_now:
        broken_now.setattr(arrivals, "note", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            fetches.fetch()
        row = rig.queue(1000)
        fetches.visit()
    assert state(row) == SubmissionStatus.ACCEPTED
    assert defects.CRASHED in open_alerts()
    Fetching.objects.update(not_before=None)
    fetches.visit()
    assert list(fetches.kept()) == ["a.csv"]
    assert not Alert.objects.filter(kind=defects.CRASHED, resolved_at=None).exists()
