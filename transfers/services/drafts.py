"""A new submission's row: whose it is, that its bytes are new, its reference."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from keys.models import SftpAccount
from portal.people.guards import Acting
from portal.people.models import Identity, Participant
from transfers.models import FileUpload, Submission, UploadStatus
from transfers.services.refusals import DuplicateContent, Refusal
from transfers.spec import catalogue, windows
from transfers.states import CONTENT_FREE, SubmissionStatus


@dataclass(frozen=True)
class Content:
    """What is stored: the name HKEX sees, the bytes' size, key and SHA-256."""

    file_name: str
    size: int
    sha256: str
    stored_key: str


def content_of(source: FileUpload | Submission) -> Content:
    return Content(source.file_name, source.size, source.sha256, source.stored_key)


def check(
    acting: Acting,
    account: SftpAccount,
    identity: Identity,
    file_id: str,
    upload: FileUpload,
) -> None:
    """Raises Refusal: only one's own account, identity and whole upload will do."""
    mine = acting.participant.pk
    if upload.participant_id != mine or upload.status != UploadStatus.COMPLETE:
        raise Refusal("The file has not arrived whole. Choose the file again.")
    if account.participant_id != mine or not account.is_enabled:
        raise Refusal("This account is not in use. Choose another identity.")
    if (
        identity.participant_id != mine
        or not account.identities.filter(pk=identity.pk).exists()
        or not acting.membership.identities.filter(pk=identity.pk).exists()
    ):
        raise Refusal("You are not authorised for this identity. Choose another one.")
    if file_id not in catalogue.FILE_IDS:
        raise Refusal(f"HKEX takes no {file_id}. Choose a kind of file from the list.")


def insert(
    participant: Participant, content: Content, *, day: dt.date, **fields: Any
) -> Submission:
    """In the caller's transaction; creates of one participant take turns, so that of
    two with the same bytes one is refused and no reference is given twice."""
    Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
    _refuse_duplicate(fields["account"], content.sha256)
    file_id = fields["file_id"]
    window = windows.window(file_id, settings.SUBMISSION_WINDOWS, settings.DEPLOYMENT)
    return Submission.objects.create(
        participant=participant,
        reference=_next_reference(participant, day.year),
        folder=catalogue.entry(file_id).folder,
        status=SubmissionStatus.DRAFT,
        day=day,
        window_closes_at=window.closes_at(day),
        file_name=content.file_name,
        size=content.size,
        sha256=content.sha256,
        stored_key=content.stored_key,
        **fields,
    )


def _refuse_duplicate(account: SftpAccount, sha256: str) -> None:
    """In this environment: what the end-to-end test has, production has not."""
    earlier = (
        Submission.objects.filter(
            participant=account.participant_id,
            account__facility__environment=account.facility.environment,
            sha256=sha256,
        )
        .exclude(status__in=CONTENT_FREE)
        .first()
    )
    if earlier is not None:
        raise DuplicateContent(earlier)


def _next_reference(participant: Participant, year: int) -> str:
    prefix = f"SUB-{year}-"
    last = (
        Submission.objects.filter(participant=participant, reference__startswith=prefix)
        .order_by("-reference")
        .values_list("reference", flat=True)
        .first()
    )
    number = int(last.removeprefix(prefix)) if last else 0
    return f"{prefix}{number + 1:06}"
