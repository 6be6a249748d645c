"""What a visit writes of one file that it fetches; all of it under its fence."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.db.models import Exists, F, OuterRef, QuerySet

from keys import service_hours
from portal import files
from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.rows import update_in_order
from portal.tradingdays.calendar import Calendar
from transfers.models import Lease, RetrievedFile, RetrievedStatus
from transfers.services import answers, defects, risks
from transfers.visit.lease import EXPIRED, Held, LeaseLost
from transfers.visit.schedule import retry_file_after

S = RetrievedStatus
TOPIC = "files"
TOGETHER = 10  # files whose records are one transaction
DIED = "The worker stopped in the middle of it. It is fetched anew."


def claim(lease: Held, pks: Iterable[uuid.UUID]) -> list[RetrievedFile]:
    """Seen → fetching, by one UPDATE: two accounts of a participant see one box, and
    only one of them fetches. Answers those that are ours."""
    with transaction.atomic():
        lease.hold()
        wanted = RetrievedFile.objects.filter(
            pk__in=list(pks), status=S.SEEN, stored_key=""
        )
        update_in_order(
            wanted, status=S.FETCHING, fence=lease.fence, account=lease.account_pk
        )
        rows = _claimed(lease).select_related("facility", "participant", "identity")
        return list(rows)


def came(lease: Held, row: RetrievedFile, stored: files.Stored) -> None:
    """All of it is in our store; kept once a second listing still shows the same. A
    visit that ends before has not fetched it in vain."""
    row.stored_key, row.sha256 = stored.key, stored.sha256
    with transaction.atomic():
        lease.hold()
        changed = (
            _claimed(lease)
            .filter(pk=row.pk)
            .update(status=S.SEEN, stored_key=stored.key, sha256=stored.sha256)
        )
        if changed != 1:
            raise LeaseLost(str(row.pk))


def keep(lease: Held, row: RetrievedFile, now: dt.datetime) -> bool:
    """Its second look is the same: its record, and what it answers and tells. False
    when our store has it no longer: then it is fetched anew."""
    return keep_all(lease, [row], now) == 1


def keep_all(lease: Held, rows: Sequence[RetrievedFile], now: dt.datetime) -> int:
    """A few in one transaction; answers how many our store has. One that a defect
    keeps from being recorded waits, and hurts no neighbour."""
    read = [(row, said) for row in rows if (said := _said(lease, row)) is not None]
    for first in range(0, len(read), TOGETHER):
        few = read[first : first + TOGETHER]
        try:
            _keep_together(lease, few, now)
        except defects.NOT_ITS_OWN:
            raise
        except Exception:  # noqa: BLE001  whichever of them it is, the others are kept
            for row, said in few:
                _keep_alone(lease, row, said, now)
    return len(read)


def failed(
    lease: Held, row: RetrievedFile, why: str, now: dt.datetime, calendar: Calendar
) -> None:
    """Another try later, not while it is closed; of the Activity there is one."""
    tries = row.tries + 1
    again = now + retry_file_after(tries, row.removed_at - now)
    platform = row.facility.platform
    again = service_hours.opens_next(platform, row.folder, again, calendar)
    sentence = f"{why} It is tried again by itself at {risks.when(again, now)}."
    with transaction.atomic():
        lease.hold()
        changed = (
            _claimed(lease)
            .filter(pk=row.pk)
            .update(status=S.SEEN, tries=tries, fetch_after=again, sentence=sentence)
        )
        if changed and tries == 1:
            _record(row, Status.FAILED)


def release(lease: Held, *, blamed: bool, why: str = "") -> int:
    """What was claimed and did not come goes back: it gave way, or (blamed) the line
    ended under it."""
    with transaction.atomic():
        lease.hold()
        more = {"tries": F("tries") + 1, "sentence": why} if blamed else {}
        claimed = _claimed(lease)
        return update_in_order(claimed, status=S.SEEN, **more)


def recover_before(lease: Held) -> None:
    """A visit begins by taking up what an earlier holder of its lease left."""
    with transaction.atomic():
        lease.hold()
        left = RetrievedFile.objects.filter(
            account=lease.account_pk, status=S.FETCHING
        ).exclude(fence=lease.fence)
        update_in_order(left, status=S.SEEN, sentence=DIED)


def recover_abandoned() -> int:
    """Whatever its lease no longer covers is there to be fetched again."""
    covered = Lease.objects.filter(
        account_id=OuterRef("account_id"), fence=OuterRef("fence")
    ).exclude(EXPIRED)
    left = RetrievedFile.objects.filter(~Exists(covered), status=S.FETCHING)
    with transaction.atomic():
        return update_in_order(left, status=S.SEEN, sentence=DIED)


def _said(lease: Held, row: RetrievedFile) -> answers.Said | None:
    try:
        return answers.said_by(row)
    except OSError:
        _forget(lease, row)
        return None
    except defects.NOT_ITS_OWN:
        raise
    except Exception as error:  # noqa: BLE001  no content ends a visit: kept unread
        defects.unread(lease, row, error)
        return answers.unread("Reading it failed by a defect of the portal.")


def _keep_together(
    lease: Held, few: Sequence[tuple[RetrievedFile, answers.Said]], now: dt.datetime
) -> None:
    """Changed by the order of their keys, told of as they came: a clean result ends the
    alert of the rejected one before it."""
    by_key = sorted(few, key=lambda one: one[0].pk)
    with transaction.atomic():
        lease.hold()
        kept = {row.pk for row, said in by_key if _keep(row, said, now)}
        for row, said in few:
            if row.pk in kept:
                _settle(row, said)


def _keep_alone(
    lease: Held, row: RetrievedFile, said: answers.Said, now: dt.datetime
) -> None:
    try:
        _keep_together(lease, [(row, said)], now)
    except defects.NOT_ITS_OWN:
        raise
    except Exception as error:  # noqa: BLE001  it waits, and the visit goes on
        defects.unrecorded(lease, row, error, now)


def _keep(row: RetrievedFile, said: answers.Said, now: dt.datetime) -> bool:
    """False when another account of the participant was faster."""
    row.submission = answers.submission_of(row)
    mine = RetrievedFile.objects.filter(
        pk=row.pk, status=S.SEEN, stored_key=row.stored_key, sha256=row.sha256
    )
    changed = mine.update(
        status=S.KEPT,
        kept_at=now,
        warn_at=None,
        fetch_after=None,
        sentence=said.unread,
        submission=row.submission,
        rejections=said.rejections,
    )
    return bool(changed)


def _claimed(lease: Held) -> QuerySet[RetrievedFile]:
    return RetrievedFile.objects.filter(
        status=S.FETCHING, fence=lease.fence, account=lease.account_pk
    )


def _forget(lease: Held, row: RetrievedFile) -> None:
    with transaction.atomic():
        lease.hold()
        RetrievedFile.objects.filter(
            pk=row.pk, status=S.SEEN, stored_key=row.stored_key
        ).update(stored_key="", sha256="")


def _settle(row: RetrievedFile, said: answers.Said) -> None:
    answers.tell(row, said)
    if row.warned_at is not None:
        risks.settle(row.facility_id, row.participant)
    if row.tries and not said.unread:
        defects.recorded(row)
    _record(row, Status.SUCCESSFUL)


def _record(row: RetrievedFile, status: Status) -> None:
    """In the manner of a submission's (Guide A §3.4)."""
    about = {"submission": str(row.submission_id)} if row.submission_id else {}
    checksum = f", checksum [{row.sha256}]" if row.sha256 else ""
    activity.append(
        row.participant,
        Kind.DOWNLOAD,
        Endpoint.SFTP,
        f"Download [{row.file_id or row.platform}] File with Filename [{row.name}]"
        f"{checksum}",
        status,
        refs={"retrieved": str(row.pk), "account": str(row.account_id), **about},
        topics=(TOPIC, "alerts", *(f"submission:{pk}" for pk in about.values())),
    )
