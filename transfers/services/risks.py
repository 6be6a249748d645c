"""Files that HKEX removes soon and that are not kept yet (ECP-25)."""

import datetime as dt
import uuid

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from portal.activity import transaction
from portal.alerts import services as alerts
from portal.alerts.models import Severity
from portal.exchange.errors import printable
from portal.exchange.hktime import hk_day, hk_time
from portal.people.models import Participant
from portal.rows import update_in_order
from transfers.models import RetrievedFile
from transfers.selectors.retrieved import UNKEPT

AT_RISK = "files-at-risk"
NAMED = 5  # in an alert; the rest are counted


def warn(now: dt.datetime) -> int:
    """One alert for a participant and facility; answers how many files are new."""
    due = RetrievedFile.objects.filter(warn_at__lte=now, status__in=UNKEPT).order_by()
    pairs = due.values_list("facility_id", "participant_id").distinct()
    return sum(_warn(facility, participant, now) for facility, participant in pairs)


def settle(facility: uuid.UUID, participant: Participant) -> None:
    """Once nothing is at risk any more, the alert is over."""
    if not _at_risk(facility, participant.pk).exists():
        alerts.resolve(AT_RISK, str(facility), participant=participant)


def page_of(participant: Participant) -> str:
    """Where a person sees why, and can ask for another try."""
    try:
        return reverse("fetching", args=[participant.code])
    except NoReverseMatch:
        return ""


def when(at: dt.datetime, now: dt.datetime) -> str:
    """`23:15`, or `23:15 on 4 March` when it is not of today."""
    here = hk_time(at)
    day = "" if hk_day(at) == hk_day(now) else f" on {here.day} {here:%B}"
    return f"{here:%H:%M}{day}"


def _at_risk(facility: uuid.UUID, participant: uuid.UUID) -> QuerySet[RetrievedFile]:
    return RetrievedFile.objects.filter(
        facility=facility,
        participant=participant,
        status__in=UNKEPT,
        warned_at__isnull=False,
    )


def _warn(facility: uuid.UUID, participant: uuid.UUID, now: dt.datetime) -> int:
    with transaction.atomic():
        due = RetrievedFile.objects.filter(
            facility=facility,
            participant=participant,
            warn_at__lte=now,
            status__in=UNKEPT,
        )
        new = update_in_order(due, warn_at=None, warned_at=now)
        if new:
            _tell(_at_risk(facility, participant), now)
    return new


def _tell(rows: QuerySet[RetrievedFile], now: dt.datetime) -> None:
    ordered = rows.select_related("facility", "participant").order_by("removed_at")
    found = list(ordered[:NAMED])
    first, more = found[0], rows.count() - len(found)
    listed = ", ".join(printable(row.name, 80) for row in found)
    also = f" and {more} more" if more else ""
    why = first.sentence or "It is tried again by itself."
    alerts.raise_(
        AT_RISK,
        str(first.facility_id),
        participant=first.participant,
        severity=Severity.BAD,
        title=f"HKEX removes files of {first.facility.name} that are not kept yet",
        body=f"Not kept: {listed}{also}. HKEX removes the first of them at "
        f"{when(first.removed_at, now)}, and then nobody has it. {why} "
        "Fetch it by hand if the time runs out.",
        path=page_of(first.participant),
        action="See why",
        mail=True,
    )
