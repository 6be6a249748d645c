"""A plain file that has come whole is to become a zip; a worker is woken to make it."""

import datetime as dt

from django.db.models import Q

from portal import clock, wakeups
from portal.activity import transaction
from portal.activity.models import Status
from portal.exchange.hktime import hk_day
from transfers.models import FileUpload, Packing, UploadStatus
from transfers.selectors.uploads import Sender
from transfers.services import uploads
from transfers.services.refusals import Refusal
from transfers.spec import plain
from transfers.spec.catalogue import FileId


def begin(
    upload: FileUpload, sender: Sender, entry: FileId, now: dt.datetime
) -> FileUpload:
    """The whole plain file becomes a zip, named for today; doing it twice is no harm.
    Raises Refusal while bytes are missing."""
    if upload.status == UploadStatus.OPEN:
        uploads.check_whole(upload)
    with transaction.atomic():
        if FileUpload.objects.filter(pk=upload.pk, status=UploadStatus.OPEN).update(
            status=UploadStatus.PACKING,
            received=upload.size,
            last_chunk_at=clock.real_now(),
        ):
            packing = Packing.objects.create(
                upload=upload,
                account=sender.account,
                identity=sender.identity,
                file_id=entry.file_id,
                plain_name=upload.file_name,
                plain_size=upload.size,
                zip_name=plain.zip_name(entry, sender.identity.code, hk_day(now)),
            )
            wakeups.wake("pack", packing.pk)
            told = "uploaded to the portal, which makes its zip"
            uploads.tell(upload, told, Status.SUCCESSFUL, upload.user)
    upload.refresh_from_db()
    if upload.status == UploadStatus.CANCELLED:
        raise Refusal(uploads.ENDED)
    return upload


def wake_waiting() -> int:
    """Zips that nobody makes: a message was lost, or a worker. For the sweep."""
    waiting = Packing.objects.filter(free(), upload__status=UploadStatus.PACKING)
    pks = list(waiting.values_list("pk", flat=True)[:500])
    for pk in pks:
        wakeups.wake("pack", pk)
    return len(pks)


def free() -> Q:
    """Claimed by no worker that lives, by machine time."""
    return Q(lease_until=None) | Q(lease_until__lt=clock.real_now())
