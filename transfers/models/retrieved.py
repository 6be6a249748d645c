"""What HKEX distributes, as it was seen in its folders, and what was kept of it."""

import datetime as dt

from django.db import models

from keys.models import Facility, SftpAccount
from portal.people.models import Identity, Participant
from portal.rows import Row
from transfers.models.places import PlaceField
from transfers.models.submissions import Submission

# Stands for "HKEX gave no time", so that the constraint below holds for those too.
NO_TIME = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

_STATE = ["status", "purged_at"]
CORNER_ORDERS = {
    "newest": ["place", "platform", "identity", *_STATE],
    "subject": ["subject", "place", "platform", "identity", *_STATE],
    "identity": ["identity", "place", *_STATE],
    "platform": ["platform", "place", *_STATE],
    "pair": ["identity", "platform", "place", *_STATE],
    "status": ["status", "place", "platform", "identity", "purged_at"],
}


class RetrievedStatus(models.TextChoices):
    SEEN = "seen", "Seen"
    FETCHING = "fetching", "Being fetched"
    KEPT = "kept", "Kept"
    VANISHED = "vanished", "Removed by HKEX before it was kept"


class RetrievedFile(Row):
    """One file that HKEX distributes to a participant, in one version.

    Shared boxes are fetched once per participant, not once per account: `account` is
    the one that saw it, then the one that fetches it. What is kept and shows another
    size or time later is another file; until it is kept, the row moves with it.
    """

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="retrieved_files"
    )
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+")
    account = models.ForeignKey(SftpAccount, models.PROTECT, related_name="+")
    platform = models.CharField(max_length=3)
    folder = models.CharField(max_length=300)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    modified_at = models.DateTimeField(default=NO_TIME)  # as listed
    day = models.DateField()  # the trading day (RAP, RRS) or Hong Kong day it is of
    # What its name says; empty where the name is unknown (never a reason to drop it).
    file_id = models.CharField(max_length=20, blank=True)
    subject = models.CharField(max_length=80, blank=True)
    identity = models.ForeignKey(Identity, models.PROTECT, null=True, related_name="+")
    is_intraday = models.BooleanField(default=False)
    removed_at = models.DateTimeField()  # when HKEX removes it
    warn_at = models.DateTimeField(null=True)  # not kept by then: an alert; then None
    warned_at = models.DateTimeField(null=True)
    status = models.CharField(
        max_length=8, choices=RetrievedStatus, default=RetrievedStatus.SEEN
    )
    seen_at = models.DateTimeField()
    place = PlaceField(unique=True, editable=False)  # the order of the Download Corner
    # Business time; not before it (once a day, service hours, a failed try).
    fetch_after = models.DateTimeField(null=True)
    fence = models.PositiveBigIntegerField(default=0)  # of the lease that fetches it
    tries = models.PositiveSmallIntegerField(default=0)
    sentence = models.TextField(blank=True)  # why it is not kept yet
    rejections = models.TextField(blank=True)  # its lines that tell of a rejection
    kept_at = models.DateTimeField(null=True)
    stored_key = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)  # upper case
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, related_name="distributed"
    )
    purged_at = models.DateTimeField(null=True)  # the record and the hash stay

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "facility",
                    "participant",
                    "folder",
                    "name",
                    "size",
                    "modified_at",
                ],
                name="retrieved_once",
            )
        ]
        indexes = [
            # The Download Corner's walks (selectors/corner_walks.py): each filter has
            # its order by place, and carries what the other filters ask.
            *(
                models.Index(fields=["participant", *fields], name=f"corner_{name}")
                for name, fields in CORNER_ORDERS.items()
            ),
            # The names, too: with a visit to each row PostgreSQL would rather read all
            # rows in the order of their places, past every one that is not purged.
            models.Index(
                fields=["participant", "place", "platform", "identity", "name"],
                condition=models.Q(purged_at__isnull=False),
                name="corner_purged",
            ),
            # What is known of a folder, when it is listed.
            models.Index(
                fields=["facility", "participant", "folder", "modified_at"],
                name="retrieved_in_folder",
            ),
            models.Index(
                fields=["warn_at"],
                condition=models.Q(warn_at__isnull=False),
                name="retrieved_to_warn_of",
            ),
            # Not partial by status: SQLite uses no such index for a bound value.
            models.Index(fields=["account", "status"], name="retrieved_to_fetch"),
            models.Index(
                fields=["fetch_after"],
                condition=models.Q(fetch_after__isnull=False),
                name="retrieved_to_try_again",
            ),
            # What is handed over, and what may be purged.
            models.Index(
                fields=["kept_at", "participant"],
                condition=models.Q(purged_at__isnull=True),
                name="retrieved_by_kept",
            ),
            # Whether anything else has this content, before it is deleted.
            models.Index(
                fields=["participant", "stored_key"],
                condition=models.Q(purged_at__isnull=True),
                name="retrieved_contents",
            ),
            models.Index(
                fields=["participant", "stored_key"],
                condition=models.Q(purged_at__isnull=False),
                name="retrieved_to_clear",
            ),
        ]

    def __str__(self) -> str:
        return self.name
