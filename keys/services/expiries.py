"""Telling people of ends that come near: alerts, one mail a day, escalation."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import IntegrityError

from keys.expiry_plan import in_words, threshold
from keys.models import ExpiryAcknowledgment, ExpiryNotice
from keys.paths import expiries_path
from keys.refusals import Refusal
from keys.selectors.ends import End, ends
from keys.services import digests, records
from portal.activity import transaction
from portal.activity.models import Kind, Status
from portal.alerts import services as alerts
from portal.alerts.models import Alert, Severity
from portal.exchange.hktime import hk_day
from portal.people.guards import Acting
from portal.people.models import Participant

ALERT = "expiry"
LISTED = 10


@dataclass
class _Near:
    """What is near at one participant."""

    participant: Participant
    ends: list[End] = field(default_factory=list)


def evaluate(now: dt.datetime) -> int:
    """Look at every credential: raise, fold and resolve the alerts, note what was
    told, and send the day's mails. Answers how many ends were told anew. A few
    statements, however many credentials there are."""
    today = hk_day(now)
    near: dict[uuid.UUID, _Near] = {}
    for end in ends(today):
        if threshold(end.days_left(today)) is not None:
            pk = end.participant.pk
            near.setdefault(pk, _Near(end.participant)).ends.append(end)
    fresh = _note(near.values(), today)
    _show(near, fresh, today)
    digests.send(_all_ends(near.values()), today)
    return sum(len(found) for found in fresh.values())


def acknowledge(
    participant: Participant,
    subject: uuid.UUID,
    expires_on: dt.date,
    acting: Acting,
    now: dt.datetime,
) -> ExpiryAcknowledgment:
    """A person has taken note of this end: it is not escalated. Raises Refusal."""
    told = ExpiryNotice.objects.filter(
        participant=participant, subject=subject, expires_on=expires_on
    )
    if not told.exists():
        raise Refusal(
            "Nothing was told of this end yet, or it has moved.",
            "Nothing was recorded.",
            "Reload the page.",
        )
    try:
        with transaction.atomic():
            row = ExpiryAcknowledgment.objects.create(
                participant=participant,
                subject=subject,
                expires_on=expires_on,
                user=acting.user,
                at=now,
            )
            records.of_participant(
                participant,
                Kind.ACKNOWLEDGMENT,
                f"Take note of an expiry on [{expires_on}]",
                by=acting.user,
            )
    except IntegrityError:
        raise Refusal(
            "Somebody has taken note of it already.",
            "Nothing was recorded.",
            "Nothing more is to do.",
        ) from None
    return row


def _note(near: Iterable[_Near], today: dt.date) -> dict[uuid.UUID, list[End]]:
    """The ends whose threshold is passed for the first time, by participant."""
    listed = _all_ends(near)
    known = set(
        ExpiryNotice.objects.filter(
            participant__in={end.participant.pk for end in listed}
        ).values_list("subject", "expires_on", "days")
    )
    fresh: dict[uuid.UUID, list[End]] = defaultdict(list)
    rows = []
    for end in listed:
        days = threshold(end.days_left(today))
        if days is None or (end.subject, end.expires_on, days) in known:
            continue
        fresh[end.participant.pk].append(end)
        rows.append(
            ExpiryNotice(
                participant=end.participant,
                subject=end.subject,
                expires_on=end.expires_on,
                days=days,
                told_on=today,
            )
        )
    ExpiryNotice.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return fresh


def _show(
    near: dict[uuid.UUID, _Near], fresh: dict[uuid.UUID, list[End]], today: dt.date
) -> None:
    """One alert a participant, raised when its words change, resolved at the end."""
    shown = {
        alert.participant_id: alert
        for alert in Alert.objects.filter(
            kind=ALERT, resolved_at=None, participant__isnull=False
        ).select_related("participant")
    }
    for pk, alert in shown.items():
        if pk not in near and alert.participant is not None:
            with transaction.atomic():
                alerts.resolve(ALERT, ALERT, participant=alert.participant)
                records.of_participant(
                    alert.participant, Kind.KEY, "No credential is near its end"
                )
    for pk, found in near.items():
        title, body = _words(found, today)
        old = shown.get(pk)
        if old is None or (old.title, old.body) != (title, body):
            _raise(found, title, body, len(fresh.get(pk, [])), today)


def _raise(found: _Near, title: str, body: str, fresh: int, today: dt.date) -> None:
    soonest = min(end.days_left(today) for end in found.ends)
    with transaction.atomic():
        alerts.raise_(
            ALERT,
            ALERT,
            participant=found.participant,
            severity=Severity.BAD if soonest <= 7 else Severity.WARN,
            title=title,
            body=body,
            path=expiries_path(found.participant),
            action="Open expiries",
        )
        if fresh:
            told = f"Warn of [{fresh}] credentials near their end"
            records.of_participant(
                found.participant, Kind.KEY, told, status=Status.WARNING
            )


def _words(found: _Near, today: dt.date) -> tuple[str, str]:
    listed = sorted(found.ends, key=lambda end: end.expires_on)
    first, count = listed[0], len(listed)
    if count == 1:
        title = f"{first.what} {in_words(first.days_left(today))}"
    else:
        title = f"{count} credentials are near their end"
    lines = [f"{e.what}: {e.expires_on}" for e in listed[:LISTED]]
    more = f" And {count - LISTED} more." if count > LISTED else ""
    return title, f"{'. '.join(lines)}.{more} Renew them before that day."


def _all_ends(near: Iterable[_Near]) -> list[End]:
    return [end for found in near for end in found.ends]
