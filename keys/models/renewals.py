"""A key's renewal over SFTP, its uploads, and the files that answer it."""

from django.db import models

from keys.models.accounts import SftpAccount
from keys.models.facilities import Host
from keys.models.ssh_keys import SshKey
from keys.models.tries import UploadTry
from keys.renewal_states import OPEN, RenewalStatus
from portal.approvals.models import Approval
from portal.people.models import User
from portal.rows import Row


class RenewalReason(models.TextChoices):
    ASKED = "asked", "Asked for"
    POLICY = "policy", "By policy"
    COMPROMISED = "compromised", "The old key is compromised"


class KeyRenewal(Row):
    """One new key on its way to HKEX: its status is the truth (renewal_states.py)."""

    account = models.ForeignKey(SftpAccount, models.PROTECT, related_name="renewals")
    key = models.OneToOneField(SshKey, models.PROTECT, related_name="renewal")
    reason = models.CharField(max_length=11, choices=RenewalReason)
    status = models.CharField(max_length=15, choices=RenewalStatus)
    overwrites = models.BooleanField(default=False)  # a person wants a third upload
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approval = models.ForeignKey(Approval, models.PROTECT, null=True)
    created_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True)
    fence = models.PositiveBigIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)  # intent to OPEN: no return
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    look_next_at = models.DateTimeField(null=True, db_index=True)  # machine time
    look_until = models.DateTimeField(null=True)  # machine time
    prove_next_at = models.DateTimeField(null=True, db_index=True)  # machine time
    proofs = models.PositiveSmallIntegerField(default=0)  # logins tried with it
    rejection_code = models.CharField(max_length=5, blank=True)
    rejection_reason = models.TextField(blank=True)
    sentence = models.TextField(blank=True)  # why it is where it is

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(status__in=sorted(OPEN)),
                name="renewal_open_once",
            )
        ]
        indexes = [models.Index(fields=["account", "-created_at"])]


class KeyUploadOutcome(models.TextChoices):
    DELIVERED = "delivered", "Sent"
    NOT_OPENED = "not_opened", "Broke before it was opened"
    REFUSED = "refused", "Refused by HKEX"
    UNCLEAR = "unclear", "Unclear"


class KeyUpload(UploadTry):
    """One try to upload the new key: HKEX counts them."""

    renewal = models.ForeignKey(KeyRenewal, models.PROTECT, related_name="uploads")
    host = models.ForeignKey(Host, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=KeyUploadOutcome, blank=True)

    class Meta(UploadTry.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["renewal", "number"], name="key_upload_number_once"
            )
        ]


class KeyResult(Row):
    """HKEX's answer to a key upload, as it came: `.rcvd`, `.rej`, `Result.*.txt`."""

    account = models.ForeignKey(SftpAccount, models.PROTECT, related_name="key_results")
    renewal = models.ForeignKey(
        KeyRenewal, models.PROTECT, null=True, related_name="results"
    )
    name = models.CharField(max_length=255)
    is_success = models.BooleanField()
    content = models.BinaryField()
    day = models.DateField()  # the Hong Kong day on which the exchange made it
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "name", "day"], name="key_result_once"
            )
        ]
