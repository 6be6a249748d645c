"""Raising, folding and resolving alerts; each new one puts mails in the outbox.

Open pages are told at once by an event without a number. So that a page whose stream
was broken learns of it too, the service that raises or resolves names the topic
"alerts" in its own activity.append().
"""

from typing import Any

from django.db import IntegrityError
from django.db.models import F

from portal import clock, fanout
from portal.activity import transaction
from portal.alerts import outbox
from portal.alerts.models import Alert, Severity
from portal.people.models import Participant

TOPIC = "alerts"
TITLE_LIMIT = 300


def raise_(  # noqa: PLR0913  (an alert has these parts; all but two are named)
    kind: str,
    key: str,
    *,
    participant: Participant | None,
    severity: Severity,
    title: str,
    body: str,
    path: str = "",
    action: str = "",
    mail: bool = False,
) -> Alert:
    """Raise, or fold into the open alert with the same kind and key. With mail, a
    new one is mailed to the participant's people, through the outbox, in the same
    transaction. path begins with one slash: links lead into the portal only."""
    if path and (not path.startswith("/") or path.startswith("//")):
        raise ValueError(f"an alert links into the portal only, not to {path}")
    told = {
        "severity": severity,
        "title": title[:TITLE_LIMIT],
        "body": body,
        "path": path,
        "action": action,
        "last_at": clock.now(),
    }
    with transaction.atomic():
        alert = _fold(kind, key, participant, told)
        if alert is None:
            alert = _open(kind, key, participant, told, mail)
        _tell(participant)
    return alert


def resolve(kind: str, key: str, *, participant: Participant | None) -> int:
    """Close the open alert of this kind and key; answers how many that were."""
    with transaction.atomic():
        closed = Alert.objects.filter(
            participant=participant, kind=kind, key=key, resolved_at=None
        ).update(resolved_at=clock.now())
        if closed:
            _tell(participant)
    return closed


def _fold(
    kind: str, key: str, participant: Participant | None, told: dict[str, Any]
) -> Alert | None:
    """Into the open one, if there is one: one UPDATE, so that no count is lost."""
    open_one = Alert.objects.filter(
        participant=participant, kind=kind, key=key, resolved_at=None
    )
    folded = open_one.update(count=F("count") + 1, **told)
    return open_one.first() if folded else None


def _open(
    kind: str,
    key: str,
    participant: Participant | None,
    told: dict[str, Any],
    mail: bool,
) -> Alert:
    """A new one; or into that of another transaction which was faster: the partial
    unique constraints let only one be open."""
    try:
        with transaction.atomic():
            alert = Alert.objects.create(
                participant=participant,
                kind=kind,
                key=key,
                raised_at=told["last_at"],
                **told,
            )
    except IntegrityError:
        folded = _fold(kind, key, participant, told)
        if folded is None:
            raise
        return folded
    if mail:
        outbox.put_alert(alert)
    return alert


def _tell(participant: Participant | None) -> None:
    if participant is not None:
        fanout.tell(participant.pk, None, [TOPIC])
