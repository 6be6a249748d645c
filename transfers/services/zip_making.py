"""The zip that the portal makes of a plain file, so that staff never see the password.

The plain file is a part on disk and nothing more: it is never kept, and it is deleted
in the same breath in which its zip is stored, or could not be made. What is written on
the way is the zip alone. The password is opened by the worker, in memory.
"""

import datetime as dt
import time
import uuid

from keys.selectors.passwords import encryption
from keys.services import passwords
from portal import clock, files, secrets
from portal.activity import transaction
from portal.activity.models import Status
from portal.exchange.hktime import HONG_KONG
from portal.files import Stored
from portal.stopping import is_stopping
from transfers.models import FileUpload, Packing, UploadStatus
from transfers.services import leftovers, packings, uploads
from transfers.spec import catalogue, plain
from transfers.zips import sealing

LEASE_SECONDS = 60
TOLD_EVERY = 0.5  # seconds between two looks at the row
NOT_RECORDED = (
    "File encryption is on, and no password is recorded here. The zip was not made, "
    "and the plain file is deleted. Have an administrator record the password."
)
CANNOT_OPEN = (
    "The password in the portal’s store cannot be opened. The zip was not made, and "
    "the plain file is deleted. Tell the administrator."
)
NO_ROOM = (
    "The portal’s disk is full. The zip was not made, and the plain file is deleted. "
    "Tell the administrator, then choose the file again."
)
NOT_WRITABLE = (
    "The portal may not write to its file store. The zip was not made, and the plain "
    "file is deleted. Tell the administrator, then choose the file again."
)
GONE = (
    "The plain file is not here any more. The zip was not made. Choose the file again."
)


class _Stopped(Exception):
    """Somebody cancelled it, another worker makes it, or this one is to stop."""


class _CannotMake(Exception):
    """The text says why, to the person."""


def pack(pk: uuid.UUID) -> None:
    """Make the zip, unless another worker does; what breaks is told on the row."""
    packing = _claimed(pk)
    if packing is None:
        return
    try:
        password = _password(packing)
        stored = _made(packing, password)
    except _Stopped:
        return
    except _CannotMake as why:
        return _fail(packing, str(why))
    except files.NoRoom:
        return _fail(packing, NO_ROOM)
    except files.NotWritable:
        return _fail(packing, NOT_WRITABLE)
    except FileNotFoundError:
        return _fail(packing, GONE)
    _finish(packing, stored, is_encrypted=password is not None)


def _claimed(pk: uuid.UUID) -> Packing | None:
    holder = uuid.uuid4()
    if not Packing.objects.filter(
        packings.free(), pk=pk, upload__status=UploadStatus.PACKING
    ).update(holder=holder, lease_until=_lease(), packed=0):
        return None
    return Packing.objects.select_related(
        "upload__participant", "upload__user", "account__facility"
    ).get(pk=pk)


def _lease() -> dt.datetime:
    return clock.real_now() + dt.timedelta(seconds=LEASE_SECONDS)


def _password(packing: Packing) -> str | None:
    """None when the zip is an ordinary one. Raises _CannotMake."""
    environment = packing.account.facility.environment
    participant = packing.upload.participant
    if not catalogue.entry(packing.file_id).may_be_encrypted:
        return None
    if not encryption(participant, environment).is_enabled:
        return None
    try:
        password = passwords.open_current(participant, environment)
    except secrets.CannotOpen:
        raise _CannotMake(CANNOT_OPEN) from None
    if password is None:
        raise _CannotMake(NOT_RECORDED)
    return password


def _made(packing: Packing, password: str | None) -> Stored:
    """Raises _Stopped, NoRoom, NotWritable and FileNotFoundError; then nothing of the
    zip is left."""
    upload = packing.upload
    kept = files.receive(upload.participant_id)
    try:
        with files.open_part(upload.participant_id, upload.pk) as source:
            for block in sealing.seal(
                source,
                packing.plain_size,
                plain.member_name(packing.zip_name, packing.plain_name),
                clock.now().astimezone(HONG_KONG),
                password,
                _Teller(packing).tell,
            ):
                kept.write(block)
        return kept.keep()
    except BaseException:
        kept.drop()
        raise


class _Teller:
    """Shows how far it is and holds the lease, twice a second; stops what is over. A
    worker that is told to stop lets go at once: another begins anew."""

    def __init__(self, packing: Packing) -> None:
        self._row = Packing.objects.filter(
            pk=packing.pk,
            holder=packing.holder,
            upload__status=UploadStatus.PACKING,
        )
        self._told_at = time.monotonic()

    def tell(self, packed: int) -> None:
        if time.monotonic() - self._told_at < TOLD_EVERY:
            return
        self._told_at = time.monotonic()
        until = None if is_stopping() else _lease()
        if not self._row.update(packed=packed, lease_until=until) or until is None:
            raise _Stopped


def _finish(packing: Packing, stored: Stored, *, is_encrypted: bool) -> None:
    """The upload is the zip from now on; then the plain file is deleted."""
    upload = packing.upload
    with transaction.atomic():
        mine = FileUpload.objects.filter(
            pk=upload.pk, status=UploadStatus.PACKING, packing__holder=packing.holder
        ).update(
            status=UploadStatus.COMPLETE,
            file_name=packing.zip_name,
            size=stored.size,
            received=stored.size,
            stored_key=stored.key,
            sha256=stored.sha256,
            last_chunk_at=clock.real_now(),
        )
        if mine:
            Packing.objects.filter(pk=packing.pk).update(
                packed=packing.plain_size, is_encrypted=is_encrypted, lease_until=None
            )
            upload.refresh_from_db()
            kind = "AES-256 zip" if is_encrypted else "ordinary zip"
            told = f"made from [{packing.plain_name}] at the portal, {kind}"
            uploads.tell(upload, told, Status.SUCCESSFUL, upload.user)
    if mine:
        files.drop_part(upload.participant_id, upload.pk)
    elif not leftovers.is_wanted(upload.participant_id, stored.key):
        files.delete(upload.participant_id, stored.key)


def _fail(packing: Packing, sentence: str) -> None:
    upload = packing.upload
    with transaction.atomic():
        mine = FileUpload.objects.filter(
            pk=upload.pk, status=UploadStatus.PACKING, packing__holder=packing.holder
        ).update(status=UploadStatus.FAILED)
        if mine:
            Packing.objects.filter(pk=packing.pk).update(
                sentence=sentence, lease_until=None
            )
            uploads.tell(upload, "not made a zip", Status.FAILED, upload.user)
    if mine:
        files.drop_part(upload.participant_id, upload.pk)
