"""Purges of personal data: proposed by one person, approved by another."""

from django.db import models

from portal.approvals.models import Approval
from portal.people.models import Participant, User
from portal.rows import Row


class ErasureStatus(models.TextChoices):
    AWAITING = "awaiting", "Awaiting approval"
    APPROVED = "approved", "Erasing"
    DONE = "done", "Erased"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    LAPSED = "lapsed", "Lapsed"
    STOPPED = "stopped", "Failed"


class Erasure(Row):
    """The personal data of batches that ended before a day; the records stay.

    Its batches are those that name it, from the moment that a worker has found them to
    be the ones that were approved (`is_checked`)."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="fini_erasures"
    )
    before = models.DateField()  # the first Hong Kong day that is not in it
    batches = models.PositiveIntegerField()
    records = models.PositiveIntegerField()
    list_sha256 = models.CharField(max_length=64)  # of the batches' keys and hashes
    days = models.PositiveSmallIntegerField()  # that were to be kept when proposed
    status = models.CharField(
        max_length=9, choices=ErasureStatus, default=ErasureStatus.AWAITING
    )
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    approval = models.ForeignKey(Approval, models.PROTECT, null=True)
    is_checked = models.BooleanField(default=False)  # the list, before the first batch
    erased = models.PositiveIntegerField(default=0)  # records
    ended_at = models.DateTimeField(null=True)
    sentence = models.TextField(blank=True)  # why it stopped, or was declined
    holder = models.UUIDField(null=True)  # the worker's run that erases
    lease_until = models.DateTimeField(null=True)  # machine time

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant"],
                condition=models.Q(status__in=["awaiting", "approved"]),
                name="fini_erasure_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"people of batches that ended before {self.before:%-d %B %Y}"
