"""One file that brings out a defect: told of, and no neighbour hurt."""

import io
import zipfile

import pytest

from keys.models import SftpAccount
from portal import clock
from portal.alerts.models import Alert
from tests.transfers import retrieved
from tests.transfers.retrieved import held
from transfers.distribution import times
from transfers.models import RetrievedFile, RetrievedStatus, Visit, VisitOutcome
from transfers.services import answers, arrivals, defects, fetches, visits

S = RetrievedStatus
RESULT = "HBCNRSLT"


def broken_lzma() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.txt", b"hello " * 1000)
    content = bytearray(made.getvalue())
    content[44:64] = b"\xff" * 20
    return bytes(content)


def status_of(*rows: RetrievedFile) -> list[str]:
    return [RetrievedFile.objects.get(pk=row.pk).status for row in rows]


def bad(*names: str) -> object:
    """Stands for a defect that nobody has foreseen, which some names bring out."""

    def fail(row: RetrievedFile, *_: object) -> None:
        if row.name in names:
            raise ZeroDivisionError(row.name)

    return fail


def test_a_corrupt_zip_is_kept_and_says_that_it_was_not_read(
    account: SftpAccount,
) -> None:
    good = retrieved.row(account, "A.csv", b"fine", file_id=RESULT)
    poison = retrieved.row(account, "B.zip", broken_lzma(), file_id=RESULT)
    assert fetches.keep_all(held(account), [good, poison], clock.now()) == 2
    poison.refresh_from_db()
    assert status_of(good, poison) == [S.KEPT, S.KEPT]
    assert poison.sentence == (
        "Whether it tells of rejections is not known. It is packed by LZMA, which is "
        f"not opened here. {answers.OPEN_IT}"
    )


def test_what_was_not_read_ends_no_alert_of_rejections(account: SftpAccount) -> None:
    lease, told = held(account), b"1,Rejected\n"
    first = retrieved.row(account, "A.csv", told, file_id=RESULT)
    poison = retrieved.row(account, "B.zip", broken_lzma(), file_id=RESULT)
    fetches.keep_all(lease, [first, poison], clock.now())
    assert Alert.objects.get(kind=answers.REJECTED).resolved_at is None


def test_a_defect_in_reading_keeps_the_file_and_is_told(
    account: SftpAccount,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    row = retrieved.row(account, "A.csv", b"fine", file_id=RESULT)
    monkeypatch.setattr(answers, "said_by", bad("A.csv"))
    fetches.keep(held(account), row, clock.now())
    assert status_of(row) == [S.KEPT]
    assert Alert.objects.filter(kind=defects.FILE, key=str(row.pk)).exists()
    assert "ZeroDivisionError" in caplog.text


def test_a_defect_in_recording_makes_one_file_wait_and_hurts_no_neighbour(
    account: SftpAccount,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    rows = [retrieved.row(account, name, b"fine") for name in ("A", "B", "C")]
    monkeypatch.setattr(answers, "submission_of", bad("B"))
    fetches.keep_all(held(account), rows, clock.now())
    assert status_of(*rows) == [S.KEPT, S.SEEN, S.KEPT]
    poison = RetrievedFile.objects.get(name="B")
    assert poison.fetch_after is not None
    assert poison.stored_key
    assert defects.UNRECORDED in poison.sentence
    assert Alert.objects.filter(kind=defects.FILE, resolved_at=None).count() == 1
    assert "Traceback" in caplog.text


def test_once_it_is_kept_the_alert_is_over(
    account: SftpAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, lease = retrieved.row(account, "B", b"fine"), held(account)
    with monkeypatch.context() as broken:
        broken.setattr(answers, "submission_of", bad("B"))
        fetches.keep(lease, row, clock.now())
    fetches.keep(lease, RetrievedFile.objects.get(), clock.now())
    assert status_of(row) == [S.KEPT]
    assert not Alert.objects.filter(resolved_at=None).exists()


def test_a_listed_name_that_cannot_be_noted_hides_no_other(
    account: SftpAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = times.made_at
    monkeypatch.setattr(
        times, "made_at", lambda at, now: real(at, now) if at else 1 / 0
    )
    listing = retrieved.listing(
        account, retrieved.entry("B", at=None), retrieved.entry("C")
    )
    told = arrivals.note(held(account), listing)
    assert told == ["B (a defect of the portal)"]
    assert RetrievedFile.objects.get().name == "C"


def test_a_crashed_visit_is_told_and_its_fetching_put_off(account: SftpAccount) -> None:
    lease, now = held(account), clock.now()
    visit = visits.begin(lease, account, now)
    defects.crashed(lease, now)
    visit.refresh_from_db()
    assert (visit.outcome, visit.sentence) == (VisitOutcome.BROKE, defects.ENDED)
    account.fetching.refresh_from_db()
    assert account.fetching.not_before is not None
    assert account.fetching.not_before > now
    assert Alert.objects.get(resolved_at=None).kind == defects.CRASHED
    assert Visit.objects.count() == 1


def test_the_next_good_visit_ends_its_alert(account: SftpAccount) -> None:
    defects.crashed(held(account), clock.now())
    defects.ended_well(account)
    assert Alert.objects.filter(resolved_at=None).exists()
    account.fetching.sentence = ""
    account.fetching.save()
    defects.ended_well(account)
    assert not Alert.objects.filter(resolved_at=None).exists()
