"""What was told of credentials' ends, who has seen it, and the calendar feeds."""

from django.db import models

from portal.people.models import Participant, User
from portal.rows import Row


class ExpiryNotice(Row):
    """That a credential's end has come this near was told, once."""

    participant = models.ForeignKey(Participant, models.PROTECT)
    subject = models.UUIDField()  # the row's key, whatever its table
    expires_on = models.DateField()
    days = models.PositiveSmallIntegerField()  # the threshold that was passed
    told_on = models.DateField()
    mailed_on = models.DateField(null=True)
    escalated_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "expires_on", "days"], name="expiry_told_once"
            )
        ]
        indexes = [models.Index(fields=["participant", "told_on"])]


class ExpiryAcknowledgment(Row):
    """A person has taken note of an end: it is not escalated any more."""

    participant = models.ForeignKey(Participant, models.PROTECT)
    subject = models.UUIDField()
    expires_on = models.DateField()
    user = models.ForeignKey(User, models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "expires_on"], name="expiry_acknowledged_once"
            )
        ]


class CalendarFeed(Row):
    """A secret address of the expiries as a calendar; only its hash is kept."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="feeds")
    user = models.ForeignKey(User, models.PROTECT, related_name="feeds")
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"feed of {self.user_id}"
