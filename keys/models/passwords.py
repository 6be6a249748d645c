"""The encryption of HBCNMAPP: whether it is on, and its passwords (Guide A §3.6)."""

from django.db import models

from keys.models.facilities import Environment
from portal.people.models import Participant, User
from portal.rows import Row


class FileEncryption(Row):
    """As set on ECP's web: production and the test facility have their own."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="file_encryptions"
    )
    environment = models.CharField(max_length=10, choices=Environment)
    is_enabled = models.BooleanField(default=False)
    reminder_months = models.PositiveSmallIntegerField(default=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "environment"], name="file_encryption_once"
            )
        ]


class PasswordStatus(models.TextChoices):
    DRAFTED = "drafted", "Not confirmed at ECP"
    CONFIRMED = "confirmed", "In use"
    REPLACED = "replaced", "Replaced"
    DISCARDED = "discarded", "Discarded"


class EncryptionPassword(Row):
    """One generation: sealed while it may be needed, its hash kept for the history."""

    encryption = models.ForeignKey(
        FileEncryption, models.PROTECT, related_name="passwords"
    )
    status = models.CharField(
        max_length=9, choices=PasswordStatus, default=PasswordStatus.DRAFTED
    )
    sealed = models.BinaryField()
    hashed = models.CharField(max_length=200)  # passwords.hashed
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    set_on = models.DateField(null=True)  # the Hong Kong day on which ECP has it

    class Meta:
        ordering = ["-drafted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["encryption", "status"],
                condition=models.Q(status__in=["confirmed", "drafted"]),
                name="password_in_use_once",
            )
        ]
