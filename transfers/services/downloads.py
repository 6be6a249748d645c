"""That a person looked at, or took, what HKEX distributed: each is an activity."""

from collections.abc import Sequence

from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.people.guards import Acting
from portal.people.models import Participant, User
from transfers.models import RetrievedFile
from transfers.previews.letters import seen_name

TOPIC = "downloads"
NAMED = 5  # files that a description names; its refs have all


def record_look(acting: Acting, row: RetrievedFile, member: str = "") -> None:
    inside = f", inside it [{seen_name(member)}]" if member else ""
    _append(
        acting.participant,
        f"Look at [{seen_name(row.name)}]{inside}",
        Status.SUCCESSFUL,
        [row],
        acting.user,
    )


def record_download(acting: Acting, row: RetrievedFile) -> None:
    description = f"Download of [{seen_name(row.name)}], checksum [{row.sha256}]"
    _append(acting.participant, description, Status.SUCCESSFUL, [row], acting.user)


def record_bundle(acting: Acting, rows: Sequence[RetrievedFile], name: str) -> None:
    """One activity for all, before the first byte leaves."""
    total = sum(row.size for row in rows)
    files = "1 file" if len(rows) == 1 else f"{len(rows):,} files"
    description = f"Download of [{files}], {total:,} bytes, as [{name}]: {_named(rows)}"
    _append(acting.participant, description, Status.SUCCESSFUL, rows, acting.user)


def record_broken(
    participant: Participant, user: User, row: RetrievedFile, why: str, inside: str = ""
) -> None:
    """A download that ended before its end: what the browser has is not whole."""
    what = (
        f"[{inside}] at file [{seen_name(row.name)}]"
        if inside
        else f"[{seen_name(row.name)}]"
    )
    description = f"Download of {what} broke off: {why} Nothing whole left the portal."
    _append(participant, description, Status.FAILED, [row], user)


def record_export(
    participant: Participant, rows: Sequence[RetrievedFile], folder: str
) -> None:
    """`manage.py files export`: by whoever may run commands on the server; written
    before the first of them is copied."""
    description = f"Export of [{len(rows):,} files] by command: {_named(rows)}"
    with transaction.atomic():
        activity.append(
            participant,
            Kind.EXPORT,
            Endpoint.API,
            description,
            Status.SUCCESSFUL,
            refs={"files": _refs(rows), "folder": folder},
            topics=["activity"],
        )


def _append(
    participant: Participant,
    description: str,
    status: Status,
    rows: Sequence[RetrievedFile],
    user: User,
) -> None:
    with transaction.atomic():
        activity.append(
            participant,
            Kind.DOWNLOAD,
            Endpoint.WEB,
            description,
            status,
            user=user,
            refs={"files": _refs(rows)},
            topics=["activity"],
        )


def _named(rows: Sequence[RetrievedFile]) -> str:
    names = ", ".join(seen_name(row.name) for row in rows[:NAMED])
    return f"{names} and {len(rows) - NAMED:,} more" if len(rows) > NAMED else names


def _refs(rows: Sequence[RetrievedFile]) -> str:
    return ",".join(str(row.pk) for row in rows)
