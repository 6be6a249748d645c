"""Purges of what was kept for long enough, and how much is kept at all."""

from django.db import models

from portal.people.models import Participant, User
from portal.rows import Row


class PurgeStatus(models.TextChoices):
    AWAITING = "awaiting", "Awaiting approval"
    APPROVED = "approved", "Purging"
    DONE = "done", "Purged"
    DECLINED = "declined", "Declined"
    LAPSED = "lapsed", "Lapsed"
    WITHDRAWN = "withdrawn", "Withdrawn"
    STOPPED = "stopped", "Failed"


class PurgeProposal(Row):
    """Everything kept before a day, as it was counted when a person proposed it."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="purge_proposals"
    )
    before = models.DateField()  # the first Hong Kong day that is not in it
    files = models.PositiveBigIntegerField()
    bytes = models.PositiveBigIntegerField()
    list_sha256 = models.CharField(max_length=64)
    years = models.PositiveSmallIntegerField()  # that were to be kept when proposed
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    status = models.CharField(
        max_length=9, choices=PurgeStatus, default=PurgeStatus.AWAITING
    )
    approved_at = models.DateTimeField(null=True)
    is_checked = models.BooleanField(default=False)  # the list, before the first batch
    purged = models.PositiveBigIntegerField(default=0)
    purged_bytes = models.PositiveBigIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    sentence = models.TextField(blank=True)  # why it stopped
    holder = models.UUIDField(null=True)  # the worker's run that purges
    lease_until = models.DateTimeField(null=True)  # machine time

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant"],
                condition=models.Q(status__in=["awaiting", "approved"]),
                name="purge_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"everything kept before {self.before:%-d %B %Y}"


class StoreMeasure(Row):
    """How much is kept, as it was last counted."""

    participant = models.OneToOneField(
        Participant, models.PROTECT, related_name="store_measure"
    )
    measured_at = models.DateTimeField()
    files = models.PositiveBigIntegerField()  # received and not purged
    bytes = models.PositiveBigIntegerField()  # with what was submitted; contents once
    grown = models.PositiveBigIntegerField()  # bytes of the last 30 days
    years = models.JSONField(default=list)  # [[2019, files, bytes], …], received only
