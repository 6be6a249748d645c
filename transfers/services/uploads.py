"""A file on its way from a browser: declared, sent in chunks, kept whole or dropped.

The part on disk is the truth of how much has come; `received` only shows it. Times
of uploads are machine time: they say when a browser went silent. What has come whole,
or was given up, is written to the activity log; a chunk is not.
"""

from contextlib import suppress
from typing import BinaryIO

from django.conf import settings
from django.db.models import QuerySet

from portal import clock, files
from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.pages.words import megabytes
from portal.people.guards import Acting
from portal.people.models import Participant, User
from transfers.models import FileUpload, UploadStatus
from transfers.services.refusals import Refusal
from transfers.spec import catalogue, names, plain

MOST_OPEN = 5  # a person's unfinished uploads
UNDER_WAY = (UploadStatus.OPEN, UploadStatus.PACKING)


ENDED = "This upload has ended. Choose the file again."


class TooLarge(Refusal):
    """More than was declared, or than HKEX ever takes."""


def begin(acting: Acting, name: str, size: int) -> FileUpload:
    """Declare a file of `size` bytes before its first chunk. Raises Refusal."""
    if reason := names.hostile(name):
        raise Refusal(reason)
    if len(name) > names.LONGEST:
        raise Refusal(
            f"The name has {len(name)} characters and HKEX takes {names.LONGEST}. "
            "Nothing was stored. Rename the file."
        )
    _check_size(name, size)
    at = clock.real_now()
    with transaction.atomic():
        # One after the other: many at once would all find room for one more.
        mine = Participant.objects.select_for_update(no_key=True)
        mine.get(pk=acting.participant.pk)
        _check_room(acting)
        return FileUpload.objects.create(
            participant=acting.participant,
            user=acting.user,
            file_name=name,
            size=size,
            created_at=at,
            last_chunk_at=at,
        )


def add_chunk(upload: FileUpload, offset: int, body: bytes) -> int:
    """Append one chunk, durably; answers how much has come. Raises TooLarge, Refusal,
    files.WrongOffset (with the right one) and files.NoRoom; then nothing changed."""
    if upload.status != UploadStatus.OPEN:
        raise Refusal(ENDED)
    if len(body) > settings.CHUNK_LIMIT or offset + len(body) > upload.size:
        raise TooLarge(
            f"More came than the {upload.size:,} bytes that were declared. "
            "This part was not stored. Choose the file again."
        )
    received = files.append(upload.participant_id, upload.pk, offset, body)
    still_open = FileUpload.objects.filter(
        pk=upload.pk, status=UploadStatus.OPEN
    ).update(received=received, last_chunk_at=clock.real_now())
    if not still_open:  # finished, or cancelled meanwhile by another page
        files.drop_part(upload.participant_id, upload.pk)
        raise Refusal(ENDED)
    return received


def received(upload: FileUpload) -> int:
    """How many bytes of it are on disk."""
    if upload.status == UploadStatus.COMPLETE:
        return upload.size
    return files.part_length(upload.participant_id, upload.pk)


def complete(upload: FileUpload) -> FileUpload:
    """Hash the whole part, keep it, and say so; doing it twice is no harm. Raises
    Refusal while bytes are missing. Not for a plain file: see `packings.begin`."""
    if upload.status == UploadStatus.OPEN:
        with suppress(FileNotFoundError):  # another page was faster
            _keep(upload)
        upload.refresh_from_db(fields=["status", "stored_key", "sha256", "received"])
    if upload.status != UploadStatus.COMPLETE:
        raise Refusal("This upload was discarded. Choose the file again.")
    files.drop_part(upload.participant_id, upload.pk)
    return upload


def store(acting: Acting, name: str, source: BinaryIO, size: int) -> FileUpload:
    """A whole file at once, from a form without JavaScript."""
    upload = arrive(acting, name, source, size)
    try:
        return complete(upload)
    except (Refusal, OSError):
        cancel(upload, acting.user)
        raise


def arrive(acting: Acting, name: str, source: BinaryIO, size: int) -> FileUpload:
    """As `store`, up to its last byte: neither hashed nor kept yet."""
    upload, offset = begin(acting, name, size), 0
    try:
        while block := source.read(settings.CHUNK_LIMIT):
            offset = add_chunk(upload, offset, block)
    except (Refusal, OSError):
        cancel(upload, acting.user)
        raise
    return upload


def cancel(upload: FileUpload, user: User | None) -> bool:
    """Drop what has come; False when it was not under way any more."""
    with transaction.atomic():
        dropped = FileUpload.objects.filter(pk=upload.pk, status__in=UNDER_WAY).update(
            status=UploadStatus.CANCELLED
        )
        if dropped:
            tell(upload, "discarded", Status.WARNING, user)
    if dropped:
        files.drop_part(upload.participant_id, upload.pk)
    return bool(dropped)


def check_whole(upload: FileUpload) -> None:
    """Raises Refusal while bytes are missing."""
    here = files.part_length(upload.participant_id, upload.pk)
    if here != upload.size:
        raise Refusal(
            f"{megabytes(here)} of {megabytes(upload.size)} have come. The file is not "
            "whole yet. Choose it again to go on."
        )


def _check_size(name: str, size: int) -> None:
    limit = catalogue.upload_limit(settings.MEGABYTE)
    if plain.is_plain(name):
        limit = plain.plain_limit(settings.MEGABYTE)
    if size <= 0:
        raise Refusal(
            "The file is empty. HKEX refuses an empty file. Make it again and choose "
            "it once it is written."
        )
    if size > limit:
        raise TooLarge(
            f"The file has {size:,} bytes and {limit:,} are taken at most. Nothing "
            "was stored. Choose a smaller file."
        )


def _check_room(acting: Acting) -> None:
    if _open(acting).count() >= MOST_OPEN:
        raise Refusal(
            f"You have {MOST_OPEN} unfinished uploads. No other can begin. "
            "Finish or discard one of them."
        )


def _open(acting: Acting) -> QuerySet[FileUpload]:
    return FileUpload.objects.filter(
        participant=acting.participant, user=acting.user, status=UploadStatus.OPEN
    )


def _keep(upload: FileUpload) -> None:
    try:
        check_whole(upload)
    except Refusal:
        upload.refresh_from_db(fields=["status"])
        if upload.status != UploadStatus.OPEN:
            return
        raise
    stored = files.keep(upload.participant_id, upload.pk)
    with transaction.atomic():
        claimed = FileUpload.objects.filter(
            pk=upload.pk, status=UploadStatus.OPEN
        ).update(
            status=UploadStatus.COMPLETE,
            stored_key=stored.key,
            sha256=stored.sha256,
            received=stored.size,
            last_chunk_at=clock.real_now(),
        )
        if claimed:
            upload.sha256 = stored.sha256
            tell(upload, "uploaded to the portal", Status.SUCCESSFUL, upload.user)


def tell(upload: FileUpload, what: str, status: Status, user: User | None) -> None:
    """One line of the activity log, in the caller's transaction."""
    checksum = f", checksum [{upload.sha256}]" if upload.sha256 else ""
    activity.append(
        upload.participant,
        Kind.SUBMISSION,
        Endpoint.WEB,
        f"File [{upload.file_name}] {what}{checksum}",
        status,
        user=user,
        refs={"upload": str(upload.pk)},
    )
