"""What happens backstage of the Download Corner: files come from HKEX."""

import datetime as dt
import hashlib
from pathlib import Path

from django.conf import settings

from portal import clock
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.activity.services import append
from portal.people.models import Participant
from tests.transfers.corner_builders import kept, seen, zip_of
from transfers.models import RetrievedFile


def participant() -> Participant:
    return Participant.objects.get(code="CP00010")


def arrive(name: str, text: str, **fields: str) -> str:
    """A file is kept, and open pages hear of it; answers its primary key."""
    with transaction.atomic():
        row = kept(participant(), name, text.encode(), **fields)
        _tell(row.name)
    return str(row.pk)


def a_day() -> None:
    """Files in every state, of both platforms."""
    if RetrievedFile.objects.filter(name="HBCNFIMG_AAA000_20240229.zip").exists():
        return
    at, now = participant(), clock.now()
    ce = at.identities.get(code="AAA000")
    hour, day = dt.timedelta(hours=1), dt.timedelta(days=1)
    seen(
        at,
        "TP001_DCXYZ001_20240220.txt",
        platform="RAP",
        folder="/download/DCASS_OTHERS",
        file_id="TP001",
        subject="Position report",
        size=880_000,
        seen_at=now - 8 * day,
        removed_at=now + 8 * hour,
        tries=3,
        sentence="HKEX answered Permission denied.",
    )
    kept(
        at,
        "HBCNFIMG_AAA000_20240229.zip",
        zip_of(**{"image.csv": b"BCAN,CID\r\n", "notes.txt": "香港".encode("big5")}),
        file_id="HBCNFIMG",
        subject="BCAN Full Image File",
        identity=ce,
        seen_at=now - day,
        removed_at=now - hour,
    )
    seen(at, "HBCNRSLT_AAA000.zip", status="fetching", seen_at=now - hour, identity=ce)
    seen(
        at,
        "HBCNATRP_AAA000.zip",
        status="vanished",
        seen_at=now - 2 * day,
        removed_at=now - day,
    )
    kept(at, "OLD_2017.txt", b"old", purged_at=now, seen_at=now - 9 * day, subject="")
    _tell("a day")


def sums() -> dict[str, str]:
    """SHA-256 of each kept file, by name."""
    rows = RetrievedFile.objects.filter(status="kept", purged_at=None)
    return {row.name: row.sha256 for row in rows}


def made_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest().upper()


def _tell(name: str) -> None:
    with transaction.atomic():
        append(
            participant(),
            Kind.DOWNLOAD,
            Endpoint.SFTP,
            f"Kept [{name}]",
            Status.SUCCESSFUL,
            topics=["files"],
        )


def spoil(pk: str) -> None:
    """The store gives other bytes of the same length."""

    row = RetrievedFile.objects.get(pk=pk)
    kept_in = Path(settings.FILES_ROOT) / str(row.participant_id) / "kept"
    (path,) = kept_in.glob(f"*/{row.stored_key}")
    path.chmod(0o600)
    path.write_bytes(b"?" * row.size)
