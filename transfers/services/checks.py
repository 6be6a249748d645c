"""The rules, run on what the rows and the file say: before the upload, and whole."""

import datetime as dt

from django.conf import settings

from keys.models import Consent, EncryptionPassword, PasswordStatus
from keys.selectors import passwords
from portal import files
from portal.exchange.hktime import hk_day
from portal.people.models import Participant
from transfers import zips
from transfers.models import FileUpload, Submission
from transfers.selectors.uploads import Sender
from transfers.services import openings
from transfers.spec import candidate as spec
from transfers.spec import plain, rules, windows
from transfers.spec.catalogue import FileId
from transfers.spec.results import Verdict
from transfers.states import CONTENT_FREE


def target(sender: Sender, entry: FileId, menu: str, now: dt.datetime) -> spec.Target:
    """Where a file would go; one query, two more for what may be encrypted."""
    participant = sender.account.participant
    return spec.Target(
        entry=entry,
        menu=menu,
        identity_kind=sender.identity.kind,
        identity_code=sender.identity.code,
        environment=sender.environment.value,
        environment_words=sender.environment_words,
        megabyte=settings.MEGABYTE,
        window=windows.window(
            entry.file_id, settings.SUBMISSION_WINDOWS, settings.DEPLOYMENT
        ),
        now=now,
        is_wings=participant.is_ep
        and (participant.uses_wings or sender.identity.wings_only),
        consent=_consent(participant),
        encryption=_encryption(participant, entry, sender.environment),
    )


def before_upload(target: spec.Target, name: str, size: int, tail: bytes) -> Verdict:
    """From name, size and the zip's last bytes, of which a plain file needs none.
    Raises zips.NeedsTail."""
    if plain.is_plain(name):
        return rules.judge(target, _to_be_made(target, name, size))
    try:
        members = zips.read_tail(tail, size)
    except zips.NeedsTail:
        raise
    except zips.ZipFault as fault:
        return rules.judge(target, spec.Candidate(name, size, fault=str(fault)))
    return rules.judge(target, spec.Candidate(name, size, members))


def whole(target: spec.Target, upload: FileUpload | Submission) -> Verdict:
    """Of the stored file: this alone decides. Two queries; an encrypted one's content
    is read once through, and one more query tells the password that must open it."""
    members, fault = None, ""
    with files.open(upload.participant_id, upload.stored_key) as source:
        try:
            members = zips.read(source, upload.size)
        except zips.ZipFault as raised:
            fault = str(raised)
    return rules.judge(
        target,
        spec.Candidate(
            upload.file_name,
            upload.size,
            members,
            fault,
            upload.sha256,
            same_content=_earlier(target, upload, sha256=upload.sha256),
            same_name=_earlier(target, upload, file_name=upload.file_name),
            opening=_opening(target, upload, members),
        ),
    )


def _to_be_made(target: spec.Target, name: str, size: int) -> spec.Candidate:
    """The zip that the portal would make today of a plain file."""
    day = hk_day(target.now)
    made = plain.zip_name(target.entry, target.identity_code, day)
    return spec.Candidate(made, size, plain_name=name)


def _opening(
    target: spec.Target,
    upload: FileUpload | Submission,
    members: list[zips.Member] | None,
) -> zips.Opening | None:
    """Only where a password decides, and every encrypted member is AES-256."""
    locked = [m for m in members or () if m.is_encrypted]
    if not (locked and target.entry.may_be_encrypted):
        return None
    password = _password(upload.participant, target.environment)
    if password is None or not all(m.is_aes_256 for m in locked):
        return None
    return openings.opening(upload.participant_id, upload.stored_key, password)


def _password(participant: Participant, environment: str) -> EncryptionPassword | None:
    return EncryptionPassword.objects.filter(
        encryption__participant=participant,
        encryption__environment=environment,
        status=PasswordStatus.CONFIRMED,
    ).first()


def _encryption(
    participant: Participant, entry: FileId, environment: str
) -> spec.Encryption:
    """As it is set on ECP's web for this environment (ECP-65)."""
    if not entry.may_be_encrypted:
        return spec.Encryption()
    found = passwords.encryption(participant, environment)
    return spec.Encryption(found.is_enabled, found.password is not None)


def _consent(participant: Participant) -> spec.Consent | None:
    row = Consent.objects.filter(participant=participant).first()
    return spec.Consent(row.declared_on, row.declared_by) if row else None


def _earlier(
    target: spec.Target, upload: FileUpload | Submission, **wanted: str
) -> spec.Earlier | None:
    """The newest one that HKEX may have, there: a test's file is not production's."""
    row = (
        Submission.objects.filter(
            participant=upload.participant_id,
            account__facility__environment=target.environment,
            **wanted,
        )
        .exclude(status__in=CONTENT_FREE)
        .exclude(pk=upload.pk)
        .order_by("-created_at")
        .first()
    )
    return spec.Earlier(row.reference, row.get_status_display()) if row else None
