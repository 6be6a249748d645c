"""Small builders: a facility, an account, an upload, a submission in any state."""

import datetime as dt
import hashlib
import io
import itertools
import uuid
from typing import Any

from keys.models import Environment, Facility, Host, Platform, SftpAccount, Site
from keys.services import passwords
from portal import clock, files
from portal.exchange.hktime import hk_day, hk_yyyymmdd
from portal.people.guards import Acting, acting_at
from portal.people.models import Identity, Participant, User
from transfers.models import Attempt, FileUpload, Submission, UploadStatus
from transfers.services import uploads
from transfers.spec import catalogue
from transfers.states import SubmissionStatus

_numbers = itertools.count(1)
ZIP_PASSWORD = "Correct-Horse-7"


def facility(name: str = "ECP sandbox") -> Facility:
    found, _ = Facility.objects.get_or_create(
        name=name,
        defaults={"platform": Platform.ECP, "environment": Environment.SANDBOX},
    )
    return found


def host(at: Facility, site: Site = Site.PRIMARY, last: int = 131) -> Host:
    found, _ = Host.objects.get_or_create(
        facility=at, site=site, order=last, address=f"127.0.1.{last}", port=18801
    )
    return found


def account(participant: Participant, at: Facility | None = None) -> SftpAccount:
    made = SftpAccount.objects.create(
        facility=at or facility(),
        participant=participant,
        login_id=f"hkidr{next(_numbers)}",
    )
    made.identities.set(participant.identities.all())
    return made


def acting(user: User, participant: Participant) -> Acting:
    found = acting_at(user, participant.code)
    assert found is not None
    return found


def name_for(identity: Identity, file_id: str, now: dt.datetime | None = None) -> str:
    return f"{file_id}_{identity.code}_{hk_yyyymmdd(now or clock.now())}.zip"


def upload(
    user: User,
    identity: Identity,
    content: bytes = b"",
    file_id: str = "HBCNMAPP",
    status: UploadStatus = UploadStatus.COMPLETE,
) -> FileUpload:
    """A file that has arrived whole; its content is new each time unless given."""
    content = content or uuid.uuid4().bytes * 8
    participant = identity.participant
    stored = files.put(participant.pk, io.BytesIO(content))
    return FileUpload.objects.create(
        participant=participant,
        user=user,
        file_name=name_for(identity, file_id),
        size=stored.size,
        received=stored.size,
        status=status,
        stored_key=stored.key,
        sha256=stored.sha256,
        created_at=clock.now(),
        last_chunk_at=clock.now(),
    )


def submission(
    user: User,
    of: SftpAccount,
    identity: Identity,
    status: SubmissionStatus = SubmissionStatus.QUEUED,
    content: bytes = b"",
    **fields: Any,
) -> Submission:
    """In any state, with its file stored; what the state needs comes in `fields`."""
    content = content or uuid.uuid4().bytes * 8
    participant = identity.participant
    stored = files.put(participant.pk, io.BytesIO(content))
    now = fields.get("created_at") or clock.now()
    file_id = fields.pop("file_id", "HBCNMAPP")
    values: dict[str, Any] = {
        "reference": f"SUB-1999-{next(_numbers):06}",
        "file_name": name_for(identity, file_id),
        "folder": catalogue.entry(file_id).folder,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest().upper(),
        "stored_key": stored.key,
        "day": hk_day(now),
        "window_closes_at": now + dt.timedelta(hours=2),
        "created_at": now,
        "queued_at": now,
    }
    return Submission.objects.create(
        participant=participant,
        account=of,
        identity=identity,
        file_id=file_id,
        created_by=user,
        status=status,
        **{**values, **fields},
    )


def opened(of: Submission, at: dt.datetime, **fields: Any) -> Attempt:
    """An attempt whose intent to OPEN was committed at a moment."""
    return Attempt.objects.create(
        submission=of,
        number=of.attempts.count() + 1,
        fence=of.fence,
        started_at=at,
        intent_at=at,
        **fields,
    )


def encryption(
    participant: Participant, by: User, password: str = ZIP_PASSWORD, on: bool = True
) -> None:
    """A password that ECP has, and file encryption switched on (or off) there."""
    at, as_admin = Environment.SANDBOX, acting(by, participant)
    draft = passwords.draft(participant, at, password, password, as_admin, clock.now())
    passwords.confirm(draft, clock.today(), as_admin, clock.now())
    passwords.set_enabled(participant, at, on, as_admin, clock.now())


def plain_upload(
    user: User, participant: Participant, content: bytes, name: str = "mapping.csv"
) -> FileUpload:
    """A plain file whose last byte has come."""
    source = io.BytesIO(content)
    return uploads.arrive(acting(user, participant), name, source, len(content))
