"""Counts what is kept, and tells when the room for it runs out."""

import datetime as dt

from django.urls import reverse

from portal.alerts import services as alerts
from portal.alerts.models import Severity
from portal.people.models import Participant
from transfers.models import StoreMeasure
from transfers.selectors import store

KIND, KEY = "store-room", "free"


def tick(now: dt.datetime) -> None:
    """For the tick of every quarter of an hour."""
    for participant in Participant.objects.order_by("code"):
        measure(participant, now)
        watch(participant, store.room())


def measure(participant: Participant, now: dt.datetime) -> StoreMeasure:
    found = store.counted(participant, now)
    made, _ = StoreMeasure.objects.update_or_create(
        participant=participant,
        defaults={
            "measured_at": now,
            "files": found.files,
            "bytes": found.bytes,
            "grown": found.grown,
            "years": found.years,
        },
    )
    return made


def watch(participant: Participant, room: store.Room | None) -> None:
    """One alert while the store is tight, or does not answer."""
    if room is not None and not room.is_tight:
        alerts.resolve(KIND, KEY, participant=participant)
        return
    if room is None:
        title = "The store for received files does not answer"
    else:
        title = f"Only {room.percent_free} % of the store’s disk is free"
    alerts.raise_(
        KIND,
        KEY,
        participant=participant,
        severity=Severity.BAD if room is None else Severity.WARN,
        title=title,
        body="When the disk is full, nothing from HKEX can be kept and nothing can be "
        "submitted. Make room or enlarge the disk; old files can be purged with a "
        "second person’s approval.",
        path=reverse("retention", args=[participant.code]),
        action="Open retention",
        mail=True,
    )
