"""What FINI has for an IPO beside what we have of it."""

from django.db import models

from fini.models.profiles import Profile
from portal.people.models import Participant, User
from portal.rows import Row


class Reconciliation(Row):
    """One comparison: asked for by a person, made by a worker, kept as a small result.

    `totals`: {"ours", "theirs", "alike", "only_ours", "only_theirs", "differing",
    "doubled"}, in records. `differences`: of the last four kinds the first
    `reconcile.MOST_LISTED` each, as {kind: [{"own_ref", "record_id", …}, …]}; nothing
    of a person is in it.
    """

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="fini_reconciliations"
    )
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="reconciliations")
    ipo_id = models.CharField(max_length=40)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    sentence = models.TextField(blank=True)  # why it could not be made
    totals = models.JSONField(default=dict)
    differences = models.JSONField(default=dict)
    # The worker that makes it; machine time.
    holder = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at"]
        indexes = [
            models.Index(fields=["participant", "-asked_at"]),
            models.Index(fields=["ended_at", "lease_until"]),
        ]

    def __str__(self) -> str:
        return f"reconciliation of {self.ipo_id}"
