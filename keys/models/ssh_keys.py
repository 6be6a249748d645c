"""SSH keys as events, their registrations, and HKEX's own warnings of their end."""

import datetime as dt

from django.db import models

from keys.models.accounts import SftpAccount
from portal.approvals.models import Approval
from portal.people.models import User
from portal.rows import Row


class Origin(models.TextChoices):
    MADE = "made", "Made in the portal"
    BROUGHT = "brought", "Brought"


class Taken(models.TextChoices):
    """How HKEX came by the key; the values are those of `timelines.Act`."""

    REGISTERED = "registered", "Registered with HKEX"
    RENEWED = "renewed", "Renewed by upload"


class SshKey(Row):
    """A key pair of one account; the private half is sealed (law 8).

    The row holds events. On which days the key works, and whether it is Current,
    Renewed or Expired, is computed by `selectors.timelines`.
    """

    account = models.ForeignKey(SftpAccount, models.PROTECT, related_name="keys")
    public_line = models.TextField()  # "ssh-rsa AAAA…"
    fingerprint_md5 = models.CharField(max_length=47)
    fingerprint_sha256 = models.CharField(max_length=60)
    bits = models.PositiveSmallIntegerField(default=0)  # 0: unknown
    origin = models.CharField(max_length=7, choices=Origin, default=Origin.MADE)
    sealed_private = models.BinaryField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    taken = models.CharField(max_length=10, choices=Taken, default=Taken.REGISTERED)
    taken_at = models.DateTimeField(null=True)  # the moment; orders one day's events
    registered_on = models.DateField(null=True)
    overwritten_on = models.DateField(null=True)
    revoked_on = models.DateField(null=True)
    compromised_on = models.DateField(null=True)
    proved_at = models.DateTimeField(null=True)  # its first login

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "fingerprint_md5"], name="key_of_account_once"
            )
        ]

    def __str__(self) -> str:
        return self.fingerprint_md5

    @property
    def known_at(self) -> dt.datetime:
        """When HKEX took it, or else when it came here: the order of a day's keys."""
        return self.taken_at or self.created_at

    @property
    def is_proved(self) -> bool:
        """HKEX has let it in."""
        return self.proved_at is not None


class KeyRegistration(Row):
    """A person says that HKEX has registered a key on a day; a second may confirm."""

    key = models.ForeignKey(SshKey, models.PROTECT, related_name="registrations")
    registered_on = models.DateField()
    how = models.CharField(max_length=10, choices=Taken, default=Taken.REGISTERED)
    said_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    said_at = models.DateTimeField()
    approval = models.ForeignKey(Approval, models.PROTECT, null=True)
    effective_at = models.DateTimeField(null=True)


class ExpiryWarning(Row):
    """`SSHKeyExpireWarning*.txt` as HKEX put it there, held against our timeline."""

    account = models.ForeignKey(SftpAccount, models.PROTECT, related_name="warnings")
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    said_on = models.DateField()  # the Hong Kong day that it speaks of
    seen_at = models.DateTimeField()
    differences = models.JSONField(default=list)  # of {what, ours, theirs}

    class Meta:
        ordering = ["-seen_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "name", "sha256", "said_on"], name="warning_once"
            )
        ]
