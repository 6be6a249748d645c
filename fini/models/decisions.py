"""What a person says of records of which FINI's list does not tell."""

from django.db import models

from fini.models.subscriptions import Batch
from portal.approvals.models import Approval
from portal.people.models import User
from portal.rows import Row


class RecordDecisionKind(models.TextChoices):
    RECORDED = "recorded", "FINI has it"
    ABANDONED = "abandoned", "FINI does not have it: never send it again"
    QUEUED = "queued", "FINI does not have it: send it again"


class RecordDecision(Row):
    """Of some unconfirmed records of a batch, and how the person knows. `records`: the
    recordID that FINI shows, or "", by the number of the row, which is text in JSON."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=9, choices=RecordDecisionKind)
    reason = models.TextField()
    records = models.JSONField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    approval = models.ForeignKey(Approval, models.PROTECT, null=True)
    effective_at = models.DateTimeField(null=True)
