"""Rules that hand kept files to other systems, and each file that was handed over."""

from django.db import models

from portal.people.models import Participant, User
from portal.rows import Row
from transfers.models.retrieved import RetrievedFile


class HandOverRule(Row):
    """Kept files of this pattern go to a destination that the settings name."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="hand_over_rules"
    )
    title = models.CharField(max_length=80)
    platform = models.CharField(max_length=3)
    name_pattern = models.CharField(max_length=120)  # as in a shell: TP001*
    destination = models.CharField(max_length=40)  # its name, never a path
    template = models.CharField(max_length=200)
    from_at = models.DateTimeField()  # what was kept from then on; business time
    looked_until = models.DateTimeField()  # files kept before it have their rows
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "title"],
                condition=models.Q(ended_at=None),
                name="hand_over_title_once",
            )
        ]

    def __str__(self) -> str:
        return self.title


class HandOverStatus(models.TextChoices):
    WAITING = "waiting", "Queued"
    COPYING = "copying", "Sending"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    OVER = "over", "Withdrawn"


class HandOver(Row):
    """One file of one rule: copied once, under a name that is its own for good."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="+")
    rule = models.ForeignKey(HandOverRule, models.PROTECT, related_name="hand_overs")
    file = models.ForeignKey(RetrievedFile, models.PROTECT, related_name="hand_overs")
    destination = models.CharField(max_length=40)
    name = models.TextField()  # below the destination
    # Names that differ by case, or by how an accent is written, are one to some
    # file systems: SHA-256 of the folded name.
    name_key = models.CharField(max_length=64)
    status = models.CharField(
        max_length=7, choices=HandOverStatus, default=HandOverStatus.WAITING
    )
    kept_at = models.DateTimeField()  # the file's, for the order of the list
    next_try_at = models.DateTimeField()  # machine time
    tries = models.PositiveSmallIntegerField(default=0)
    holder = models.UUIDField(null=True)  # the worker's run that copies it
    lease_until = models.DateTimeField(null=True)  # machine time
    # Nothing had this name when we began: what has it now is ours.
    is_begun = models.BooleanField(default=False)
    sentence = models.TextField(blank=True)  # why it failed
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "file"], name="handed_over_once"),
            models.UniqueConstraint(
                fields=["participant", "destination", "name_key"],
                name="hand_over_name_once",
            ),
        ]
        indexes = [
            models.Index(fields=["rule", "status", "-kept_at", "-id"]),
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(status__in=["waiting", "copying", "failed"]),
                name="hand_over_due",
            ),
        ]

    def __str__(self) -> str:
        return self.name
