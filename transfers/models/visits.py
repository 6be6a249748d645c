"""Visits to the exchange, who may make them, and signs of life of those who do."""

from django.db import models

from keys.models import Host, SftpAccount
from portal.rows import Row


class Lease(Row):
    """Who may speak to the exchange as this account, until when (machine time)."""

    account = models.OneToOneField(SftpAccount, models.PROTECT, related_name="lease")
    holder = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveBigIntegerField(default=0)


class VisitOutcome(models.TextChoices):
    DONE = "done", "Done"
    NOT_REACHABLE = "not_reachable", "Not reachable"
    LOGIN_REFUSED = "login_refused", "Login refused"
    HOST_KEY = "host_key", "No host with a confirmed key"
    NO_KEY = "no_key", "No usable key"
    SOURCE = "source", "Not a registered address"
    BROKE = "broke", "The connection broke"
    LEASE_LOST = "lease_lost", "Another worker took over"


class Visit(Row):
    """One login at the exchange and what came of it."""

    account = models.ForeignKey(SftpAccount, models.PROTECT, related_name="visits")
    fence = models.PositiveBigIntegerField()
    host = models.ForeignKey(Host, models.PROTECT, null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, choices=VisitOutcome, blank=True)
    sentence = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["account", "-started_at"])]


class WorkerHeartbeat(Row):
    """When a worker (named by its queue), or beat, last showed that it lives."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()  # machine time

    def __str__(self) -> str:
        return self.name
