"""Facilities, their hosts, and what two people confirm or record of them."""

from django.db import models

from portal.approvals.models import Approval
from portal.people.models import User
from portal.rows import Row


class Platform(models.TextChoices):
    ECP = "ECP", "Electronic Communication Platform"
    RAP = "RAP", "Report Access Platform"
    RRS = "RRS", "Report Retrieval Solution"


class Environment(models.TextChoices):
    """The words of the environment band; the value is `data-env`."""

    PRODUCTION = "production", "PRODUCTION"
    TEST = "test", "END-TO-END TEST"
    SANDBOX = "sandbox", "SANDBOX"


class Site(models.TextChoices):
    PRIMARY = "primary", "Primary site"
    SECONDARY = "secondary", "Secondary site"


class Facility(Row):
    """One platform in one environment, with its hosts."""

    platform = models.CharField(max_length=3, choices=Platform)
    environment = models.CharField(max_length=10, choices=Environment)
    name = models.CharField(max_length=80, unique=True)
    bandwidth_bps = models.PositiveBigIntegerField(default=10_000_000)
    circuit = models.CharField(max_length=80, blank=True)  # which it is reached by
    login_is = models.CharField(max_length=80, blank=True)  # what HKEX calls a login
    web = models.URLField(blank=True)
    active_site = models.CharField(max_length=9, choices=Site, default=Site.PRIMARY)
    reached_at = models.DateTimeField(null=True)
    unreachable_since = models.DateTimeField(null=True)
    halted_since = models.DateTimeField(null=True)  # a host key changed

    class Meta:
        verbose_name_plural = "facilities"

    def __str__(self) -> str:
        return self.name


class Host(Row):
    """One address of a facility, with its pinned host key once confirmed."""

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="hosts")
    site = models.CharField(max_length=9, choices=Site)
    order = models.PositiveSmallIntegerField()
    address = models.GenericIPAddressField(protocol="IPv4")
    port = models.PositiveIntegerField()
    host_key = models.TextField(blank=True)  # "ssh-rsa AAAA…"; empty: unconfirmed
    confirmed_at = models.DateTimeField(null=True)
    # Machine time: a person wants a pre-flight; a worker has begun it.
    pre_flight_asked_at = models.DateTimeField(null=True)
    pre_flight_began_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["site", "order"]  # "primary" sorts before "secondary"
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "address", "port"], name="host_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.address}:{self.port}"


class HostKeySource(models.TextChoices):
    PRE_FLIGHT = "pre_flight", "Shown by the host"
    TYPED = "typed", "Typed from HKEX’s notice"


class HostKeyConfirmation(Row):
    """One site admin says which key a host has; another confirms it (approvals).

    A typed fingerprint has no key yet: the host's key is taken at the pre-flight
    that shows exactly this fingerprint.
    """

    host = models.ForeignKey(Host, models.PROTECT, related_name="confirmations")
    source = models.CharField(max_length=10, choices=HostKeySource)
    host_key = models.TextField()
    fingerprint = models.CharField(max_length=60)  # SHA256:…
    replaces = models.TextField(blank=True)  # the key that was pinned before
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    approval = models.ForeignKey(Approval, models.PROTECT, null=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-requested_at"]


class FacilityNotice(Row):
    """HKEX's notice that a facility's secondary site is to be used, as recorded."""

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="notices")
    site = models.CharField(max_length=9, choices=Site, default=Site.SECONDARY)
    reference = models.CharField(max_length=120)
    noticed_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-noticed_at"]


class PreFlight(Row):
    """What a host offered when it was asked without a login (selectors read it)."""

    host = models.ForeignKey(Host, models.PROTECT, related_name="pre_flights")
    at = models.DateTimeField()
    host_key = models.TextField(blank=True)
    offer = models.JSONField(default=dict)  # names by kind, as the host said them
    shared = models.JSONField(default=dict)  # those that the portal speaks too
    missing = models.TextField(blank=True)  # why it cannot be used; "" when it can

    class Meta:
        ordering = ["-at"]
