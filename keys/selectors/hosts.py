"""One host, for its page."""

import uuid
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from keys.models import Host, HostKeyConfirmation, PreFlight
from keys.selectors.facilities import HostRow
from portal.alerts.models import Alert
from portal.approvals.models import ApprovalStatus

PAST = 5
ALERT = "host-key"  # raised and resolved by visits, one a host


@dataclass(frozen=True)
class HostPage:
    """`past`: what was confirmed or declined before, newest first."""

    row: HostRow
    past: list[HostKeyConfirmation]
    is_changed: bool  # a visit or a pre-flight saw another key than the confirmed one


def host(pk: uuid.UUID) -> HostPage:
    """Raises Host.DoesNotExist; a constant number of queries."""
    found = Host.objects.select_related("facility").get(pk=pk)
    said = list(
        found.confirmations.select_related(
            "approval__decided_by", "requested_by", "confirmed_by"
        ).order_by("-requested_at")[: PAST + 1]
    )
    waiting = [one for one in said if _status(one) == ApprovalStatus.PENDING]
    row = HostRow(
        found,
        found.pre_flights.order_by("-at").first(),
        next(iter(waiting), None),
    )
    past = [one for one in said if one not in waiting][:PAST]
    return HostPage(row, past, found in changed(found.facility_id))


def changed(facility_pk: uuid.UUID) -> list[Host]:
    """The confirmed hosts that have shown another key than the confirmed one, to a
    visit (its alert is still open) or to their last pre-flight. Two queries."""
    seen = PreFlight.objects.filter(host=OuterRef("pk")).exclude(host_key="")
    hosts = list(
        Host.objects.filter(facility=facility_pk, confirmed_at__isnull=False)
        .exclude(host_key="")
        .annotate(seen=Subquery(seen.order_by("-at").values("host_key")[:1]))
    )
    told = set(
        Alert.objects.filter(
            kind=ALERT,
            key__in=[str(host.pk) for host in hosts],
            participant=None,
            resolved_at=None,
        ).values_list("key", flat=True)
    )
    return [
        host
        for host in hosts
        if str(host.pk) in told or host.seen not in (None, host.host_key)
    ]


def awaiting() -> list[HostKeyConfirmation]:
    """All keys that wait for a second site admin, what ends first first; one query."""
    return list(
        HostKeyConfirmation.objects.filter(approval__status=ApprovalStatus.PENDING)
        .select_related("host__facility", "requested_by", "approval")
        .order_by("approval__expires_at", "requested_at")
    )


def _status(said: HostKeyConfirmation) -> str:
    return said.approval.status if said.approval else ""
