"""The chain's head and its rows. The database refuses UPDATE and DELETE on rows."""

from django.db import models

from portal.people.models import Participant, User
from portal.rows import Row

SITE = "the site"  # not a slug: no participant can have this code


class Chain(Row):
    """The head of one chain: how many rows it has, the last one's hash, and a MAC
    over both, so that cutting rows off and correcting the head is noticed too."""

    name = models.CharField(max_length=20, unique=True)  # the code, or SITE
    participant = models.OneToOneField(
        Participant, models.PROTECT, null=True, related_name="chain"
    )
    count = models.PositiveBigIntegerField(default=0)
    last_hash = models.CharField(max_length=64, blank=True)
    mac = models.CharField(max_length=64, blank=True)
    # What the last verification found; told on the page, trusted by nobody.
    checked_at = models.DateTimeField(null=True)
    checked_count = models.PositiveBigIntegerField(default=0)
    fault = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class Endpoint(models.TextChoices):
    WEB = "Web"
    SFTP = "SFTP"
    API = "API"


class Kind(models.TextChoices):
    """What the Activity column shows; apps above use these words."""

    LOGIN = "Login"
    LOGOUT = "Logout"
    SUBMISSION = "Submission"
    APPROVAL = "Approval"
    DOWNLOAD = "Download"
    KEY = "Key"
    ADDRESS = "Address"
    ROLE = "Role"
    FAIL_OVER = "Fail-over", "Fail-over"
    EXPECTED = "Expected file", "Expected file"
    HAND_OVER = "Hand-over", "Hand-over"
    RETENTION = "Retention"
    EXPORT = "Export"
    FACILITY = "Facility"
    ACCESS = "Access"
    ACKNOWLEDGMENT = "Acknowledgment"
    CHECKPOINT = "Checkpoint"
    GATEWAY = "FINI gateway", "FINI gateway"
    SUBSCRIPTION = "EIPO subscription", "EIPO subscription"
    FUNDING = "EIPO funding", "EIPO funding"
    PERSONAL = "Personal data", "Personal data"


class Status(models.TextChoices):
    SUCCESSFUL = "Successful"
    FAILED = "Failed"
    WARNING = "Warning"
    UNCONFIRMED = "Unconfirmed"
    PENDING = "Awaiting approval", "Awaiting approval"
    # A submission on its way, in the words of its own page.
    DRAFT = "Draft"
    QUEUED = "Queued"
    UPLOADING = "Uploading"
    AWAITING_ACKNOWLEDGMENT = "Awaiting acknowledgment", "Awaiting acknowledgment"


class Activity(Row):
    """One thing that happened (Guide A §3.4): append-only."""

    chain = models.ForeignKey(Chain, models.PROTECT, related_name="rows")
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    endpoint = models.CharField(max_length=8, choices=Endpoint)
    kind = models.CharField(max_length=20, choices=Kind)
    description = models.TextField(blank=True)
    status = models.CharField(max_length=24, choices=Status)
    user = models.ForeignKey(User, models.PROTECT, null=True)
    topics = models.JSONField(default=list)
    refs = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "seq"], name="activity_seq_once")
        ]
        indexes = [models.Index(fields=["chain", "-at", "-seq"])]

    def __str__(self) -> str:
        return f"{self.seq}: {self.kind} {self.status}"


class Checkpoint(Row):
    """The signed counts and hashes of one day, as they left the machine by mail."""

    day = models.DateField(unique=True)  # Hong Kong
    made_at = models.DateTimeField()
    text = models.TextField()

    def __str__(self) -> str:
        return str(self.day)
