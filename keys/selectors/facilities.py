"""Facilities and their hosts: which may be tried, what is known of them."""

import uuid
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from keys.models import (
    Facility,
    FacilityNotice,
    Host,
    HostKeyConfirmation,
    Platform,
    PreFlight,
    SftpAccount,
    Site,
)
from portal.approvals.models import ApprovalStatus

UPLOAD_OVERHEAD = 1.125  # Guide A §4.1.3: 10 MB in 1.5 minutes on a 1 Mb line
FREE_TO_FAIL_OVER = (Platform.ECP,)  # Guide A §4.1.2; RAP-21 for the others


@dataclass(frozen=True)
class HostRow:
    """A host with its last pre-flight and what waits for a second person."""

    host: Host
    pre_flight: PreFlight | None
    waiting: HostKeyConfirmation | None

    @property
    def is_confirmed(self) -> bool:
        return self.host.confirmed_at is not None and bool(self.host.host_key)


@dataclass(frozen=True)
class FacilityRow:
    facility: Facility
    hosts: int
    confirmed: int
    accounts: int
    notice: FacilityNotice | None


@dataclass(frozen=True)
class FacilityPage:
    facility: Facility
    hosts: list[HostRow]
    notice: FacilityNotice | None
    accounts: int


def hosts_to_try(account: SftpAccount) -> list[Host]:
    """ECP: all in their order. RAP and RRS: both of the primary site; the secondary
    after them once HKEX's notice is recorded, or if the account's policy allows it."""
    facility = account.facility
    hosts = list(facility.hosts.all())
    for host in hosts:
        host.facility = facility
    if may_use_secondary(account):
        return hosts
    return [host for host in hosts if host.site == Site.PRIMARY]


def may_use_secondary(account: SftpAccount) -> bool:
    facility = account.facility
    if facility.platform in FREE_TO_FAIL_OVER or account.may_fail_over:
        return True
    return FacilityNotice.objects.filter(facility=facility, ended_at=None).exists()


def why_not_secondary(account: SftpAccount) -> str:
    """The suggestion when no host of the primary site answered; "" if it was free."""
    if may_use_secondary(account):
        return ""
    return (
        "The secondary site was not tried: it is used once HKEX’s notice is recorded, "
        "or if the account’s policy allows it."
    )


def facilities() -> list[FacilityRow]:
    """All, by name; two queries."""
    rows = (
        Facility.objects.annotate(
            host_count=Count("hosts", distinct=True),
            confirmed_count=Count(
                "hosts",
                filter=Q(hosts__confirmed_at__isnull=False) & ~Q(hosts__host_key=""),
                distinct=True,
            ),
            account_count=Count("accounts", distinct=True),
        )
        .prefetch_related(_open_notices())
        .order_by("name")
    )
    return [
        FacilityRow(
            row, row.host_count, row.confirmed_count, row.account_count, _notice(row)
        )
        for row in rows
    ]


def facility(pk: uuid.UUID) -> FacilityPage:
    """Raises Facility.DoesNotExist; a constant number of queries."""
    row = (
        Facility.objects.annotate(account_count=Count("accounts"))
        .prefetch_related(_open_notices())
        .get(pk=pk)
    )
    hosts = row.hosts.prefetch_related(
        Prefetch("pre_flights", PreFlight.objects.order_by("-at")),
        Prefetch(
            "confirmations",
            HostKeyConfirmation.objects.filter(
                approval__status=ApprovalStatus.PENDING
            ).select_related("approval", "requested_by"),
        ),
    )
    listed = [
        HostRow(
            host,
            next(iter(host.pre_flights.all()), None),
            next(iter(host.confirmations.all()), None),
        )
        for host in hosts
    ]
    return FacilityPage(row, listed, _notice(row), row.account_count)


def upload_seconds(size: int, facility: Facility) -> float:
    """How long a file of `size` bytes takes on the configured line (ECP-18)."""
    return size * 8 / facility.bandwidth_bps * UPLOAD_OVERHEAD


def _open_notices() -> "Prefetch[str, QuerySet[FacilityNotice], str]":
    return Prefetch(
        "notices", FacilityNotice.objects.filter(ended_at=None), to_attr="open_notices"
    )


def _notice(row: Facility) -> FacilityNotice | None:
    found: list[FacilityNotice] = getattr(row, "open_notices", [])
    return next(iter(found), None)
