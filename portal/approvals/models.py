"""One request for a second pair of eyes."""

from django.db import models

from portal.people.models import Participant, User
from portal.rows import Row


class ApprovalStatus(models.TextChoices):
    PENDING = "pending", "Awaiting approval"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    LAPSED = "lapsed", "Lapsed"


class Approval(Row):
    """Binds a decision to what was seen: the payload's SHA-256."""

    participant = models.ForeignKey(Participant, models.PROTECT, null=True)
    kind = models.CharField(max_length=40)
    object_pk = models.UUIDField()
    payload_sha256 = models.CharField(max_length=64)
    subject = models.CharField(max_length=300)
    status = models.CharField(
        max_length=10, choices=ApprovalStatus, default=ApprovalStatus.PENDING
    )
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_pk"],
                condition=models.Q(status="pending"),
                name="approval_pending_once",
            )
        ]
        indexes = [models.Index(fields=["participant", "status", "requested_at"])]
