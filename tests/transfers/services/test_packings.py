"""The zip made of a plain file: as HKEX wants it, once, and nothing plain left over."""

import datetime as dt
import io
import logging
import os
import zipfile
from pathlib import Path

import pytest
import pyzipper
from django.conf import settings

from keys.models import EncryptionPassword, SftpAccount
from portal import clock, files, stopping
from portal.activity.models import Activity
from portal.people.guards import Acting
from portal.people.models import Identity, Participant, User
from tests.transfers import builders
from tests.transfers.builders import ZIP_PASSWORD
from transfers.models import FileUpload, Packing, UploadStatus
from transfers.selectors import uploads as selectors
from transfers.services import leftovers, packings, uploads, zip_making
from transfers.services.refusals import Refusal
from transfers.spec import catalogue

CSV = b"BCAN,Client\r\n" + b"1234567,CHAN Tai Man\r\n" * 3000
NOON = dt.datetime.fromisoformat("2024-03-01T12:00:00+08:00")
ZIP_NAME = "HBCNMAPP_AAA000_20240301.zip"


@pytest.fixture
def plain_file(alice: User, participant: Participant) -> FileUpload:
    return builders.plain_upload(alice, participant, CSV)


@pytest.fixture
def encrypted(charlie: User, participant: Participant, account: SftpAccount) -> None:
    builders.encryption(participant, charlie)


def begin(upload: FileUpload, acting: Acting, file_id: str = "HBCNMAPP") -> Packing:
    sender = next(
        one for one in selectors.senders(acting) if one.identity.code == "AAA000"
    )
    packings.begin(upload, sender, catalogue.entry(file_id), NOON)
    return Packing.objects.get(upload=upload)


def made(upload: FileUpload, acting: Acting, file_id: str = "HBCNMAPP") -> FileUpload:
    zip_making.pack(begin(upload, acting, file_id).pk)
    upload.refresh_from_db()
    return upload


def content(upload: FileUpload) -> bytes:
    with files.open(upload.participant_id, upload.stored_key) as source:
        return source.read()


def bytes_at_rest(of: FileUpload) -> bytes:
    """All that the store has of the participant."""
    found = (Path(settings.FILES_ROOT) / str(of.participant_id)).rglob("*")
    return b"".join(path.read_bytes() for path in found if path.is_file())


@pytest.mark.ledger("ECP-64", "ECP-60/P")
@pytest.mark.usefixtures("encrypted")
def test_with_encryption_on_the_zip_is_aes_256_under_the_registered_password(
    plain_file: FileUpload, as_alice: Acting
) -> None:
    upload = made(plain_file, as_alice)
    assert (upload.status, upload.file_name) == (UploadStatus.COMPLETE, ZIP_NAME)
    with pyzipper.AESZipFile(io.BytesIO(content(upload))) as archive:
        archive.setpassword(ZIP_PASSWORD.encode())
        (entry,) = archive.infolist()
        assert entry.filename == "HBCNMAPP_AAA000_20240301.csv"
        assert (entry.wz_aes_strength, entry.wz_aes_version) == (3, 2)
        assert archive.read(entry) == CSV
    assert upload.size == len(content(upload))
    assert Packing.objects.get().is_encrypted


@pytest.mark.ledger("ECP-65/P")
@pytest.mark.parametrize("file_id", ["HBCNMAPP", "HBCNATBN"])
def test_with_encryption_off_it_is_an_ordinary_zip(
    plain_file: FileUpload, as_alice: Acting, account: SftpAccount, file_id: str
) -> None:
    upload = made(plain_file, as_alice, file_id)
    with zipfile.ZipFile(io.BytesIO(content(upload))) as archive:
        assert archive.read(f"{file_id}_AAA000_20240301.csv") == CSV


@pytest.mark.ledger("ECP-65/P")
@pytest.mark.usefixtures("encrypted")
def test_encryption_is_for_the_mapping_file_only(
    plain_file: FileUpload, as_alice: Acting
) -> None:
    upload = made(plain_file, as_alice, "HBCNATBN")
    with zipfile.ZipFile(io.BytesIO(content(upload))) as archive:
        assert archive.testzip() is None


@pytest.mark.ledger("ECP-64")
@pytest.mark.usefixtures("encrypted")
def test_nothing_of_the_plain_file_stays_at_rest(
    plain_file: FileUpload, as_alice: Acting
) -> None:
    assert b"CHAN Tai Man" in bytes_at_rest(plain_file)
    upload = made(plain_file, as_alice)
    assert b"CHAN Tai Man" not in bytes_at_rest(plain_file)
    assert files.part_length(upload.participant_id, upload.pk) == 0


@pytest.mark.ledger("ECP-64")
@pytest.mark.usefixtures("encrypted")
def test_the_password_is_in_no_log_no_row_and_no_file(
    plain_file: FileUpload, as_alice: Acting, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    made(plain_file, as_alice)
    rows = [str(row) for row in Activity.objects.values_list()]
    rows += [str(row) for row in Packing.objects.values_list()]
    assert ZIP_PASSWORD not in caplog.text + " ".join(rows)
    assert ZIP_PASSWORD.encode() not in bytes_at_rest(plain_file)


@pytest.mark.usefixtures("encrypted")
def test_what_was_made_is_written_to_the_log(
    plain_file: FileUpload, as_alice: Acting
) -> None:
    upload = made(plain_file, as_alice)
    assert Activity.objects.latest("seq").description == (
        f"File [{ZIP_NAME}] made from [mapping.csv] at the portal, AES-256 zip, "
        f"checksum [{upload.sha256}]"
    )


def test_a_file_that_is_not_whole_is_not_begun(
    as_alice: Acting, account: SftpAccount
) -> None:
    upload = uploads.begin(as_alice, "mapping.csv", 100)
    uploads.add_chunk(upload, 0, b"x" * 40)
    with pytest.raises(Refusal):
        begin(upload, as_alice)
    assert not Packing.objects.exists()


def test_begun_twice_it_is_one(
    plain_file: FileUpload, as_alice: Acting, account: SftpAccount
) -> None:
    assert begin(plain_file, as_alice).pk == begin(plain_file, as_alice).pk
    assert Packing.objects.count() == 1


def test_a_cancelled_one_is_not_begun(
    plain_file: FileUpload, as_alice: Acting, account: SftpAccount, alice: User
) -> None:
    stale = FileUpload.objects.get()
    uploads.cancel(plain_file, alice)
    with pytest.raises(Refusal):
        begin(stale, as_alice)


def test_two_wake_ups_make_one_zip(
    plain_file: FileUpload, as_alice: Acting, account: SftpAccount
) -> None:
    packing = begin(plain_file, as_alice)
    zip_making.pack(packing.pk)
    before = Activity.objects.count()
    zip_making.pack(packing.pk)
    assert Activity.objects.count() == before


def test_a_worker_that_holds_it_is_not_disturbed(
    plain_file: FileUpload, as_alice: Acting, account: SftpAccount
) -> None:
    packing = begin(plain_file, as_alice)
    soon = clock.real_now() + dt.timedelta(seconds=20)
    Packing.objects.update(lease_until=soon)
    zip_making.pack(packing.pk)
    plain_file.refresh_from_db()
    assert plain_file.status == UploadStatus.PACKING
    assert packings.wake_waiting() == 0


def test_the_sweep_wakes_what_a_dead_worker_left(
    plain_file: FileUpload, as_alice: Acting, account: SftpAccount
) -> None:
    packing = begin(plain_file, as_alice)
    Packing.objects.update(lease_until=clock.real_now() - dt.timedelta(seconds=1))
    assert packings.wake_waiting() == 1
    zip_making.pack(packing.pk)
    plain_file.refresh_from_db()
    assert plain_file.status == UploadStatus.COMPLETE


def test_cancelled_while_it_is_made_nothing_is_left(
    plain_file: FileUpload,
    as_alice: Acting,
    account: SftpAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    packing, write = begin(plain_file, as_alice), files.Receiving.write

    def cancelled(kept: files.Receiving, block: bytes) -> None:
        write(kept, block)
        uploads.cancel(plain_file, as_alice.user)

    monkeypatch.setattr(files.Receiving, "write", cancelled)
    zip_making.pack(packing.pk)
    plain_file.refresh_from_db()
    assert plain_file.status == UploadStatus.CANCELLED
    assert bytes_at_rest(plain_file) == b""


def test_a_worker_that_is_told_to_stop_lets_another_begin(
    plain_file: FileUpload,
    as_alice: Acting,
    account: SftpAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    packing = begin(plain_file, as_alice)
    monkeypatch.setattr(zip_making, "TOLD_EVERY", 0)
    stopping.stop()
    try:
        zip_making.pack(packing.pk)
    finally:
        stopping.start()
    assert packings.wake_waiting() == 1
    zip_making.pack(packing.pk)
    plain_file.refresh_from_db()
    assert plain_file.status == UploadStatus.COMPLETE


@pytest.mark.usefixtures("encrypted")
def test_a_password_that_cannot_be_opened_fails_in_words(
    plain_file: FileUpload, as_alice: Acting
) -> None:
    packing = begin(plain_file, as_alice)
    EncryptionPassword.objects.update(sealed=b"x" * 60)
    zip_making.pack(packing.pk)
    plain_file.refresh_from_db()
    packing.refresh_from_db()
    assert plain_file.status == UploadStatus.FAILED
    assert packing.sentence == zip_making.CANNOT_OPEN
    assert bytes_at_rest(plain_file) == b""


def test_a_full_disk_fails_in_words(
    plain_file: FileUpload,
    as_alice: Acting,
    account: SftpAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    packing = begin(plain_file, as_alice)

    def full(*_: object) -> None:
        raise files.NoRoom

    monkeypatch.setattr(files.Receiving, "write", full)
    zip_making.pack(packing.pk)
    packing.refresh_from_db()
    assert packing.sentence == zip_making.NO_ROOM
    assert bytes_at_rest(plain_file) == b""


def test_a_plain_file_is_dropped_after_an_hour(plain_file: FileUpload) -> None:
    later = clock.real_now() + dt.timedelta(seconds=leftovers.PLAIN_SECONDS + 1)
    assert leftovers.drop_stale(later) == 1
    assert bytes_at_rest(plain_file) == b""


def test_a_zip_that_nobody_wants_is_discarded_and_its_bytes_go_with_the_day(
    plain_file: FileUpload, as_alice: Acting, account: SftpAccount, alice: User
) -> None:
    upload = made(plain_file, as_alice)
    assert leftovers.discard(upload, alice)
    assert selectors.packed(as_alice) == []
    for path in (Path(settings.FILES_ROOT) / str(upload.participant_id)).rglob("*"):
        os.utime(path, (0, 0))
    leftovers.drop_stale(clock.real_now() + dt.timedelta(days=2))
    assert bytes_at_rest(plain_file) == b""


def test_a_zip_that_was_submitted_is_not_discarded(
    plain_file: FileUpload,
    as_alice: Acting,
    account: SftpAccount,
    alice: User,
    ce_number: Identity,
) -> None:
    upload = made(plain_file, as_alice)
    builders.submission(alice, account, ce_number, content=content(upload))
    assert not leftovers.discard(upload, alice)


def test_a_zip_stays_for_its_day(as_alice: Acting) -> None:
    uploads.add_chunk(uploads.begin(as_alice, ZIP_NAME, 9), 0, b"half")
    later = clock.real_now() + dt.timedelta(seconds=leftovers.PLAIN_SECONDS + 1)
    assert leftovers.drop_stale(later) == 0


def test_no_chunk_is_taken_once_it_is_being_made(
    plain_file: FileUpload, as_alice: Acting, account: SftpAccount
) -> None:
    begin(plain_file, as_alice)
    stale = FileUpload.objects.get()
    with pytest.raises(Refusal):
        uploads.add_chunk(stale, stale.size, b"")
    assert files.part_length(stale.participant_id, stale.pk) == len(CSV)
