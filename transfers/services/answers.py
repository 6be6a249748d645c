"""What a distributed file has to do with a submission, and what it tells of it."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import BinaryIO

from django.db.models import Q

from portal import files
from portal.alerts import services as alerts
from portal.alerts.models import Severity
from portal.exchange.errors import printable
from portal.people.models import Identity
from transfers.distribution import contents, names, times
from transfers.distribution.rejections import lines_in
from transfers.models import NO_TIME, RetrievedFile, Submission
from transfers.services import notices
from transfers.states import OPEN_AT_HKEX, SubmissionStatus
from transfers.visit.matching import BEHIND

REJECTED = "result-rejected"
SHOWN_IN_ALERT = 5
MOST_WHYS = 50
OPEN_IT = "It is kept as it came: open it to see."
# A file that HKEX has taken, or of which it is not known yet.
_AT_HKEX = (SubmissionStatus.ACCEPTED, *OPEN_AT_HKEX)
_LONGEST_WAIT = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Said:
    """Its lines that tell of a rejection; "" if there are none. `unread`: why it is
    not known whether there are more, as a sentence, or ""."""

    rejections: str = ""
    unread: str = ""


def said_by(row: RetrievedFile) -> Said:
    """Read from our store. Raises OSError when it is not there, or not whole."""
    with files.open(row.participant_id, row.stored_key) as source:
        source.seek(0, 2)
        if source.tell() != row.size:
            raise OSError(f"{row.stored_key} has another size")
        source.seek(0)
        if row.file_id not in names.KINDS or row.file_id == "HBCNFIMG":
            return Said()
        return _read(source)


def unread(why: str) -> Said:
    """What is said of a file whose text nobody could read."""
    return Said(unread=f"Whether it tells of rejections is not known. {why} {OPEN_IT}")


def submission_of(row: RetrievedFile) -> Submission | None:
    """The one that it answers: by File ID, identity and time. None when there is none,
    or more than one: never guessed."""
    kind = names.KINDS.get(row.file_id)
    identity = row.identity or _only_identity(row)
    if kind is None or identity is None:
        return None
    listed = None if row.modified_at == NO_TIME else row.modified_at
    made = times.made_at(listed, row.seen_at)
    found = list(
        Submission.objects.filter(
            Q(recorded_manually=True) | Q(opened_at__isnull=False),
            participant=row.participant_id,
            account__facility=row.facility_id,
            file_id=kind.answers,
            identity=identity,
            status__in=_AT_HKEX,
            created_at__gte=made - _LONGEST_WAIT,
        )
    )
    before = [
        one for one in found if (one.opened_at or one.created_at) <= made + BEHIND
    ]
    return _only(before, row.name)


def tell(row: RetrievedFile, said: Said) -> None:
    """A rejected or partly rejected file is an alert; a clean result ends the earlier
    ones of its kind."""
    if said.rejections:
        _alert(row, said.rejections.splitlines())
    if said.rejections or said.unread:
        return
    earlier = RetrievedFile.objects.filter(
        participant=row.participant_id, file_id=row.file_id, identity=row.identity
    ).exclude(rejections="")
    if names.KINDS.get(row.file_id):
        for pk in earlier.order_by("-seen_at").values_list("pk", flat=True)[:50]:
            alerts.resolve(REJECTED, str(pk), participant=row.participant)


def _read(source: BinaryIO) -> Said:
    why: list[str] = []
    lines = "\n".join(lines_in(contents.texts(source, why.append)))
    if not why:
        return Said(lines)
    return replace(unread(" ".join(dict.fromkeys(why[:MOST_WHYS]))), rejections=lines)


def _only(found: list[Submission], name: str) -> Submission | None:
    """Of several, the one whose own day stands in the name."""
    days = names.days_in(name)
    if len(found) > 1 and days:
        found = [one for one in found if f"{one.day:%Y%m%d}" in days]
    return found[0] if len(found) == 1 else None


def _only_identity(row: RetrievedFile) -> Identity | None:
    """A participant with one identity of the kind needs no code in the name."""
    kind = names.identity_kind(row.file_id)
    found = Identity.objects.filter(participant=row.participant_id, kind=kind)[:2]
    return found[0] if kind and len(found) == 1 else None


def _alert(row: RetrievedFile, lines: list[str]) -> None:
    of = row.submission
    code = f" for {row.identity.code}" if row.identity else ""
    shown = " / ".join(lines[:SHOWN_IN_ALERT])
    more = len(lines) - SHOWN_IN_ALERT
    also = f" / and {more} lines more" if more > 0 else ""
    whole = f"{of.reference} was not taken as a whole." if of else ""
    alerts.raise_(
        REJECTED,
        str(row.pk),
        participant=row.participant,
        severity=Severity.BAD,
        title=f"{row.subject}{code} tells of rejections",
        body=f"{printable(row.name, 120)} says: {shown}{also}. {whole} "
        "Correct what was rejected and submit it again in its window.",
        path=notices.path_of(of) if of else "",
        action="See the submission" if of else "",
        mail=True,
    )
