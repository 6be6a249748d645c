"""The alerts of a batch that is sent: raised and resolved by what its records are."""

import uuid

from django.db.models import Exists, OuterRef
from django.urls import NoReverseMatch, reverse

from fini.models import Batch, EipoSubscription
from fini.services.sending.telling import counted
from fini.states import SubscriptionStatus
from portal.alerts import services as alerts
from portal.alerts.models import Alert, Severity
from portal.people.models import Participant

S = SubscriptionStatus
UNCONFIRMED, REFUSED = "fini-unconfirmed", "fini-refused"
HELD_UP, TWICE = "fini-held-up", "fini-twice"


def unconfirmed(batch: Batch, number: int, sentence: str) -> None:
    _raise(
        UNCONFIRMED,
        batch,
        Severity.HOLD,
        f"has {counted(number)} unconfirmed",
        f"{sentence} Only what FINI certainly has not is sent again, by itself.",
        "See the records",
    )


def settle_unconfirmed(batch: Batch) -> None:
    """Once none is unconfirmed any more, the alert is over."""
    if not EipoSubscription.objects.filter(batch=batch, status=S.UNCONFIRMED).exists():
        _resolve(UNCONFIRMED, batch)


def refused(batch: Batch, number: int) -> None:
    _raise(
        REFUSED,
        batch,
        Severity.BAD,
        f"ended with {counted(number)} refused",
        f"{counted(number).capitalize()} of the batch are not at FINI. Nothing sends "
        "them again by itself. Download them, mend them, and send them as a new batch.",
        "See the exceptions",
    )


def settle_refused(participant: Participant) -> None:
    """Over, once every record that was refused is recorded by a later batch."""
    twin = EipoSubscription.objects.filter(
        participant=participant,
        own_ref=OuterRef("own_ref"),
        ipo_id=OuterRef("ipo_id"),
        status=S.RECORDED,
    )
    refused_ones = EipoSubscription.objects.filter(
        participant=participant, status=S.REFUSED
    )
    open_ones = Alert.objects.filter(
        participant=participant, kind=REFUSED, resolved_at=None
    )
    for key in list(open_ones.values_list("key", flat=True)):
        if not refused_ones.filter(~Exists(twin), batch=uuid.UUID(key)).exists():
            alerts.resolve(REFUSED, key, participant=participant)


def held_up(batch: Batch, sentence: str) -> None:
    _raise(
        HELD_UP,
        batch,
        Severity.BAD,
        "is held up",
        f"{sentence} What is queued stays queued, and is tried again by itself.",
        "Open the batch",
    )


def goes_on(batch: Batch) -> None:
    _resolve(HELD_UP, batch)


def twice(batch: Batch, own_refs: list[str]) -> None:
    """For a person alone to look at: nothing of ours can tell which one counts."""
    shown = ", ".join(own_refs[:5]) + (" …" if len(own_refs) > 5 else "")
    _raise(
        TWICE,
        batch,
        Severity.BAD,
        "is at FINI twice in part",
        f"FINI lists more than one subscription for {shown}. One of each is taken as "
        "the batch’s own. Compare the IPO with FINI, and invalidate the other.",
        "Open the batch",
    )


def path_of(batch: Batch) -> str:
    try:
        return reverse("fini_batch", args=[batch.participant.code, batch.pk])
    except NoReverseMatch:
        return ""


def _resolve(kind: str, batch: Batch) -> None:
    alerts.resolve(kind, str(batch.pk), participant=batch.participant)


def _raise(
    kind: str, batch: Batch, severity: Severity, happened: str, body: str, action: str
) -> None:
    path = path_of(batch)
    alerts.raise_(
        kind,
        str(batch.pk),
        participant=batch.participant,
        severity=severity,
        title=f"EIPO {batch} {happened}",
        body=body,
        path=path,
        action=action if path else "",
        mail=True,
    )
