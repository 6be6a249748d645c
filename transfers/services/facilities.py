"""What a visit learns of a facility: its active site, and host keys that are wrong."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from keys.models import Facility, Host, Site
from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.alerts import services as alerts
from portal.alerts.models import Alert, Severity
from portal.people.models import Participant
from transfers.visit.lease import Held

FAIL_OVER = "fail-over"
HOST_KEY = "host-key"
TOPICS = ("strip", "alerts")


def answered_at(lease: Held, facility: Facility, site: str) -> None:
    """Report it when another site than before has answered (Guide A §4.1.2)."""
    if facility.active_site == site:
        return
    with transaction.atomic():
        lease.hold()
        moved = (
            Facility.objects.filter(pk=facility.pk)
            .exclude(active_site=site)
            .update(active_site=site)
        )
        facility.active_site = site
        if moved:
            _tell_of_site(facility, site)


def host_key_changed(lease: Held, host: Host, sentence: str, now: dt.datetime) -> None:
    """Somebody else may be answering: nothing is sent to this facility until the key
    is confirmed (architecture.md, People and powers)."""
    facility = host.facility
    with transaction.atomic():
        lease.hold()
        halted = Facility.objects.filter(pk=facility.pk, halted_since=None)
        halted.update(halted_since=now)
        facility.halted_since = facility.halted_since or now
        _tell_of_key(
            host,
            f"The host key of {host} has changed",
            f"{sentence} Nothing is sent to {facility.name} until a site "
            "administrator has confirmed the key. Ask HKEX whether it changed it.",
        )


def host_key_unconfirmed(lease: Held, host: Host, sentence: str) -> None:
    """The host is left out; the others may still be used."""
    with transaction.atomic():
        lease.hold()
        _tell_of_key(
            host,
            f"The host key of {host} is not confirmed",
            f"{sentence} {host} is left out until a site administrator has "
            "confirmed the key. Compare it with the one that HKEX names.",
        )


def resolve_host_key(host: Host) -> None:
    """It has just shown the confirmed key; in the caller's transaction."""
    if not Alert.objects.filter(_open(host)).exists():
        return
    for participant in (None, *served(host.facility)):
        alerts.resolve(HOST_KEY, str(host.pk), participant=participant)


def served(facility: Facility) -> Iterable[Participant]:
    """Who has an account there; always in one order, so that two never wait for each
    other's chains."""
    return (
        Participant.objects.filter(
            accounts__facility=facility, accounts__is_enabled=True
        )
        .distinct()
        .order_by("code")
    )


def _tell_of_site(facility: Facility, site: str) -> None:
    back = site == Site.PRIMARY
    words = f"{facility.name} is on its {site} site"
    for participant in served(facility):
        if back:
            alerts.resolve(FAIL_OVER, str(facility.pk), participant=participant)
        else:
            _raise_fail_over(facility, participant, words)
        activity.append(
            participant,
            Kind.FAIL_OVER,
            Endpoint.SFTP,
            words,
            Status.SUCCESSFUL if back else Status.WARNING,
            refs={"facility": str(facility.pk), "site": site},
            topics=TOPICS,
        )


def _raise_fail_over(facility: Facility, participant: Participant, words: str) -> None:
    alerts.raise_(
        FAIL_OVER,
        str(facility.pk),
        participant=participant,
        severity=Severity.WARN,
        title=words,
        body="No host of the primary site answered. Files go to the secondary site, "
        "and results are looked for there. Nothing to do; confirm with HKEX's notice.",
    )


def _open(host: Host) -> Q:
    return Q(kind=HOST_KEY, key=str(host.pk), resolved_at=None)


def _tell_of_key(host: Host, title: str, body: str) -> None:
    """Once for each host; a visit every few seconds must not repeat it."""
    key = str(host.pk)
    if Alert.objects.filter(_open(host), title=title).exists():
        return
    for participant in (None, *served(host.facility)):
        alerts.raise_(
            HOST_KEY,
            key,
            participant=participant,
            severity=Severity.BAD,
            title=title,
            body=body,
        )
        activity.append(
            participant,
            Kind.FACILITY,
            Endpoint.SFTP,
            title,
            Status.FAILED,
            refs={"host": key},
            topics=TOPICS,
        )
