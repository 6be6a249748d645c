"""Small builders: a distributed file in any state, with its bytes in our store."""

import datetime as dt
import io
import zipfile
from typing import Any

from keys.models import SftpAccount
from portal import clock, files
from portal.people.models import Participant
from tests.transfers import builders
from transfers.models import RetrievedFile, RetrievedStatus


def account(participant: Participant) -> SftpAccount:
    found = SftpAccount.objects.filter(participant=participant).first()
    return found or builders.account(participant)


def seen(participant: Participant, name: str = "", **fields: Any) -> RetrievedFile:
    """At HKEX, not kept yet."""
    at = fields.pop("account", None) or account(participant)
    now = fields.get("seen_at") or clock.now()
    number = RetrievedFile.objects.count()
    values: dict[str, Any] = {
        "platform": "ECP",
        "folder": "/download/HBCNMAPP",
        "name": name or f"HBCNMPRP_AAA000_{number:08}.zip",
        "size": 5,
        "modified_at": now,
        "day": now.date(),
        "file_id": "HBCNMPRP",
        "subject": "BCAN-CID Response File",
        "removed_at": now + dt.timedelta(days=8),
        "seen_at": now,
    }
    return RetrievedFile.objects.create(
        participant=participant,
        facility=at.facility,
        account=at,
        **{**values, **fields},
    )


def kept(
    participant: Participant, name: str = "", content: bytes = b"hello", **fields: Any
) -> RetrievedFile:
    stored = files.put(participant.pk, io.BytesIO(content))
    values: dict[str, Any] = {
        "status": RetrievedStatus.KEPT,
        "kept_at": clock.now(),
        "size": stored.size,
        "stored_key": stored.key,
        "sha256": stored.sha256,
    }
    return seen(participant, name, **{**values, **fields})


def zip_of(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return made.getvalue()
