"""Uploads kept, dropped when stale, and never at the cost of another's file."""

import datetime as dt
import io
import os
import tracemalloc
import uuid
from pathlib import Path

import pytest
from django.conf import settings

from keys.models import SftpAccount
from portal import clock, files
from portal.activity.models import Activity
from portal.people.guards import Acting
from portal.people.models import Identity, User
from tests.transfers import builders
from transfers.models import FileUpload, UploadStatus
from transfers.services import leftovers, uploads
from transfers.services.refusals import Refusal

NAME = "HBCNMAPP_AAA000_20240301.zip"
DAY = dt.timedelta(days=1)


def sent(acting: Acting, content: bytes) -> FileUpload:
    upload = uploads.begin(acting, NAME, len(content))
    uploads.add_chunk(upload, 0, content)
    return upload


def grow_old() -> None:
    """Nobody has touched any stored file for two days."""
    old = (clock.real_now() - 2 * DAY).timestamp()
    for path in Path(settings.FILES_ROOT).rglob("*"):
        os.utime(path, (old, old))


def sweep() -> int:
    return leftovers.drop_stale(clock.real_now() + 2 * DAY)


def exists(upload: FileUpload) -> bool:
    try:
        files.open(upload.participant_id, upload.stored_key).close()
    except FileNotFoundError:
        return False
    return True


def test_what_came_whole_is_kept_and_its_part_is_gone(as_alice: Acting) -> None:
    upload = uploads.complete(sent(as_alice, b"whole"))
    assert exists(upload)
    assert files.part_length(upload.participant_id, upload.pk) == 0


def test_a_whole_file_is_written_to_the_log(as_alice: Acting) -> None:
    upload = uploads.complete(sent(as_alice, b"whole"))
    row = Activity.objects.latest("seq")
    assert row.description == (
        f"File [{NAME}] uploaded to the portal, checksum [{upload.sha256}]"
    )


def test_a_crash_between_file_and_row_is_made_good(as_alice: Acting) -> None:
    upload = sent(as_alice, b"whole")
    files.keep(upload.participant_id, upload.pk)  # and then the process was killed
    assert uploads.complete(FileUpload.objects.get()).status == UploadStatus.COMPLETE
    assert exists(FileUpload.objects.get())


def test_a_crash_between_row_and_part_is_made_good(as_alice: Acting) -> None:
    upload = sent(as_alice, b"whole")
    stale = FileUpload.objects.get()
    uploads.complete(upload)
    assert uploads.complete(stale).sha256 == upload.sha256


def test_a_cancelled_upload_is_not_completed(as_alice: Acting, alice: User) -> None:
    upload = sent(as_alice, b"whole")
    stale = FileUpload.objects.get()
    uploads.cancel(upload, alice)
    with pytest.raises(Refusal):
        uploads.complete(stale)


def test_an_upload_that_stood_still_for_a_day_is_dropped(as_alice: Acting) -> None:
    upload = sent(as_alice, b"half")
    assert sweep() == 1
    upload.refresh_from_db()
    assert upload.status == UploadStatus.CANCELLED
    assert files.part_length(upload.participant_id, upload.pk) == 0


def test_an_upload_of_today_stays(as_alice: Acting) -> None:
    sent(as_alice, b"half")
    assert leftovers.drop_stale(clock.real_now()) == 0


def test_a_whole_file_that_nobody_submitted_is_deleted(as_alice: Acting) -> None:
    upload = uploads.complete(sent(as_alice, b"whole"))
    grow_old()
    sweep()
    assert not exists(upload)


def test_a_submitted_file_is_never_deleted(
    as_alice: Acting, alice: User, account: SftpAccount, ce_number: Identity
) -> None:
    upload = uploads.complete(sent(as_alice, b"whole"))
    builders.submission(alice, account, ce_number, content=b"whole")
    grow_old()
    assert sweep() == 0
    assert exists(upload)


def test_a_file_that_came_again_is_not_deleted(as_alice: Acting) -> None:
    old = uploads.complete(sent(as_alice, b"same"))
    grow_old()
    uploads.complete(sent(as_alice, b"same"))
    FileUpload.objects.exclude(pk=old.pk).update(
        last_chunk_at=clock.real_now() + 3 * DAY
    )
    assert sweep() == 1
    assert exists(old)


def test_a_plain_form_that_breaks_leaves_no_half_made_row(as_alice: Acting) -> None:
    with pytest.raises(Refusal):
        uploads.store(as_alice, NAME, io.BytesIO(b"short"), 1000)
    assert not FileUpload.objects.exclude(status=UploadStatus.CANCELLED).exists()


def test_200_mb_pass_in_constant_memory(as_alice: Acting) -> None:
    size, chunk = 200 << 20, 16 << 20
    upload = uploads.begin(as_alice, NAME, size)
    tracemalloc.start()
    for offset in range(0, size, chunk):
        uploads.add_chunk(upload, offset, bytes(min(chunk, size - offset)))
    uploads.complete(upload)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40 << 20
    files.delete(upload.participant_id, upload.stored_key)


def test_an_upload_belongs_to_its_person(as_alice: Acting) -> None:
    upload = sent(as_alice, uuid.uuid4().bytes)
    assert (upload.user, upload.participant) == (as_alice.user, as_alice.participant)
