"""Alerts and the mail outbox."""

from django.db import models

from portal.people.models import Participant, User
from portal.rows import Row


class Severity(models.TextChoices):
    """The `data-s` value of the notice."""

    WARN = "warn", "Warning"
    BAD = "bad", "Failed"
    HOLD = "hold", "Unconfirmed"


class Alert(Row):
    """Something a person should read; folded by (participant, kind, key)."""

    participant = models.ForeignKey(Participant, models.PROTECT, null=True)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    severity = models.CharField(max_length=4, choices=Severity)
    title = models.CharField(max_length=300)
    body = models.TextField()
    path = models.CharField(max_length=300, blank=True)  # where to act, in the portal
    action = models.CharField(max_length=60, blank=True)  # the link's words
    raised_at = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "kind", "key"],
                condition=models.Q(resolved_at=None),
                name="alert_open_once",
            ),
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=models.Q(resolved_at=None, participant=None),
                name="site_alert_open_once",
            ),
        ]
        indexes = [models.Index(fields=["participant", "resolved_at", "-last_at"])]


class MailStatus(models.TextChoices):
    QUEUED = "queued", "Queued"
    SENDING = "sending", "Sending"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"


class Mail(Row):
    """One mail to one person: the outbox row is the truth."""

    participant = models.ForeignKey(Participant, models.PROTECT, null=True)
    alert = models.ForeignKey(Alert, models.SET_NULL, null=True)
    user = models.ForeignKey(User, models.PROTECT, null=True)
    recipient = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField()
    status = models.CharField(
        max_length=8, choices=MailStatus, default=MailStatus.QUEUED
    )
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField(db_index=True)  # machine time
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
