"""Uploads that nobody went on with, and whole files that nobody submitted."""

import datetime as dt
import uuid

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal import files
from portal.activity import transaction
from portal.activity.models import Status
from portal.people.models import Participant, User
from transfers.models import FileUpload, Submission, UploadStatus
from transfers.selectors import store
from transfers.services import uploads
from transfers.spec import plain

STALE_SECONDS = 24 * 3600
EVERY_SECONDS = 600  # as beat runs the sweep
FOLDERS = 256  # of a participant's store
AT_A_TIME = 500
PLAIN_SECONDS = 3600  # a plain file of clients waits for nobody longer than this


def discard(upload: FileUpload, user: User) -> bool:
    """A person does not want the zip that was made here; False when it is another's
    content, submitted, or none. Its bytes go a day later, with whatever else is
    stale: a submission of it may be on its way in another page."""
    with transaction.atomic():
        dropped = (
            FileUpload.objects.filter(
                ~Exists(_submitted()),
                pk=upload.pk,
                status=UploadStatus.COMPLETE,
                packing__isnull=False,
            )
        ).update(status=UploadStatus.CANCELLED)
        if dropped:
            uploads.tell(upload, "discarded", Status.WARNING, user)
    return bool(dropped)


def drop_stale(real_now: dt.datetime) -> int:
    """Cancel uploads that stood still for a day, and delete whole files that nobody
    submitted; answers how many those were. For the sweep."""
    before = real_now - dt.timedelta(seconds=STALE_SECONDS)
    late = FileUpload.objects.filter(last_chunk_at__lt=before).select_related(
        "participant"
    )
    dropped = sum(
        uploads.cancel(upload, None)
        for upload in late.filter(status__in=uploads.UNDER_WAY)[:500]
    )
    dropped += _drop_plain(real_now)
    unused = late.filter(~Exists(_submitted()))
    whole = unused.filter(status=UploadStatus.COMPLETE)
    dropped += sum(_forget(upload) for upload in whole[:500])
    discarded = unused.filter(status=UploadStatus.CANCELLED).exclude(stored_key="")
    for upload in discarded[:500]:
        _delete(upload)
    files.drop_old_parts(STALE_SECONDS)
    drop_unnamed(int(real_now.timestamp() // EVERY_SECONDS) % FOLDERS)
    return dropped


def drop_unnamed(folder: int) -> int:
    """Contents of one of the store's folders that no row names: the versions that HKEX
    replaced before they were kept, and what a crash left. Answers how many. Each sweep
    looks into the next folder, so that a large store is gone through in two days."""
    dropped = 0
    for pk in Participant.objects.values_list("pk", flat=True):
        old = files.unused_keys(pk, f"{folder:02x}", STALE_SECONDS)
        for first in range(0, len(old), AT_A_TIME):
            some = old[first : first + AT_A_TIME]
            for key in set(some) - store.named_keys(pk, some):
                dropped += files.delete(pk, key, STALE_SECONDS)
    return dropped


def _submitted() -> QuerySet[Submission]:
    return Submission.objects.filter(
        participant=OuterRef("participant"), sha256=OuterRef("sha256")
    )


def _drop_plain(real_now: dt.datetime) -> int:
    """Plain files are not kept for a day: an hour without a byte is enough."""
    late = FileUpload.objects.filter(
        Q(file_name__iendswith=plain.ENDINGS[0])
        | Q(file_name__iendswith=plain.ENDINGS[1]),
        last_chunk_at__lt=real_now - dt.timedelta(seconds=PLAIN_SECONDS),
        status__in=uploads.UNDER_WAY,
    ).select_related("participant")
    return sum(uploads.cancel(upload, None) for upload in late[:500])


def _forget(upload: FileUpload) -> bool:
    """Only while no other upload has the same content; `delete` itself spares what
    was stored again just now."""
    with transaction.atomic():
        if not FileUpload.objects.filter(
            pk=upload.pk, status=UploadStatus.COMPLETE
        ).update(status=UploadStatus.CANCELLED):
            return False
        uploads.tell(upload, "discarded, as nobody submitted it", Status.WARNING, None)
    _delete(upload)
    return True


def _delete(upload: FileUpload) -> None:
    if not is_wanted(upload.participant_id, upload.stored_key):
        files.delete(upload.participant_id, upload.stored_key, STALE_SECONDS)
    FileUpload.objects.filter(pk=upload.pk).update(stored_key="")


def is_wanted(participant: uuid.UUID, key: str) -> bool:
    """Whether a whole upload, a submission or a received file has this content."""
    return key in store.wanted_keys(participant, [key])
