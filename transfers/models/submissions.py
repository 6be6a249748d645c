"""Submissions, their attempts, results and decisions."""

from django.db import models

from keys.models import Host, SftpAccount, UploadTry
from portal.approvals.models import Approval
from portal.people.models import Identity, Participant, User
from portal.rows import Row
from transfers.states import SubmissionStatus


class Submission(Row):
    """One HKIDR file for one identity: its status is the truth (states.py)."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="submissions"
    )
    account = models.ForeignKey(SftpAccount, models.PROTECT, related_name="submissions")
    identity = models.ForeignKey(Identity, models.PROTECT)
    reference = models.CharField(max_length=30)  # "SUB-2024-000417"
    file_id = models.CharField(max_length=8)
    file_name = models.CharField(max_length=255)
    folder = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_key = models.CharField(max_length=100)
    status = models.CharField(max_length=24, choices=SubmissionStatus)
    day = models.DateField()  # the Hong Kong day that it is for
    window_closes_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True)
    fence = models.PositiveBigIntegerField(default=0)  # of the lease that uploads it
    opened_at = models.DateTimeField(null=True)  # intent to OPEN: no return
    sent_at = models.DateTimeField(null=True)  # CLOSE answered well
    ended_at = models.DateTimeField(null=True)
    look_next_at = models.DateTimeField(null=True, db_index=True)  # machine time
    look_until = models.DateTimeField(null=True)  # machine time
    checksum_received = models.CharField(max_length=64, blank=True)
    rejection_code = models.CharField(max_length=5, blank=True)
    rejection_reason = models.TextField(blank=True)
    sentence = models.TextField(blank=True)  # why it failed or is unconfirmed
    bytes_acknowledged = models.PositiveBigIntegerField(default=0)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replacements"
    )
    recorded_manually = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "reference"], name="submission_reference_once"
            )
        ]
        indexes = [
            models.Index(fields=["participant", "-created_at", "-id"]),
            models.Index(fields=["status", "account"]),
            models.Index(fields=["participant", "sha256"]),
        ]

    def __str__(self) -> str:
        return self.reference


class AttemptOutcome(models.TextChoices):
    DELIVERED = "delivered", "Sent"
    NOT_OPENED = "not_opened", "Broke before it was opened"
    REFUSED = "refused", "Refused by HKEX"
    UNCLEAR = "unclear", "Unclear"


class Attempt(UploadTry):
    """One try to hand a submission over."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="attempts")
    host = models.ForeignKey(Host, models.PROTECT, null=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    bytes_acknowledged = models.PositiveBigIntegerField(default=0)
    outcome = models.CharField(max_length=24, choices=AttemptOutcome, blank=True)

    class Meta(UploadTry.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "number"], name="attempt_number_once"
            )
        ]


class ResultFile(Row):
    """A .rcvd or .rej as it came, byte for byte (up to a limit)."""

    account = models.ForeignKey(SftpAccount, models.PROTECT, related_name="results")
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, related_name="results"
    )
    folder = models.CharField(max_length=80)
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=4)  # rcvd, rej
    size = models.PositiveBigIntegerField()
    content = models.BinaryField()
    day = models.DateField()  # the Hong Kong day on which the exchange made it
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            # The exchange may use a name again on another day.
            models.UniqueConstraint(
                fields=["account", "folder", "name", "day"], name="result_once"
            )
        ]


class DecisionKind(models.TextChoices):
    KEEP_WAITING = "keep_waiting", "Keep waiting"
    SAID_RECEIVED = "said_received", "HKEX has it"
    ABANDONED = "abandoned", "HKEX does not have it"


class Decision(Row):
    """What a person says of an unconfirmed submission, and how they know."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=13, choices=DecisionKind)
    reason = models.TextField()
    wait_until = models.DateTimeField(null=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    approval = models.ForeignKey(Approval, models.PROTECT, null=True)
    effective_at = models.DateTimeField(null=True)
