"""IPOs as FINI lists them, and the words for FINI's codes."""

from django.db import models

from fini.models.profiles import Profile
from portal.people.models import Participant
from portal.rows import Row


class Ipo(Row):
    """An entry of ipos/list with all fields that ever came of it (notes: shown field
    by field). `changes`: {field: [before, after]} of the last refresh that changed it.
    """

    profile = models.ForeignKey(Profile, models.PROTECT, related_name="ipos")
    ipo_id = models.CharField(max_length=40)
    stock_code = models.CharField(max_length=40, blank=True)
    isin = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=40, blank=True)
    reference = models.JSONField(default=dict)  # of refdata and the list
    first_seen_at = models.DateTimeField()
    seen_at = models.DateTimeField()  # last listed
    reference_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)
    changes = models.JSONField(default=dict)
    is_listed = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile", "ipo_id"], name="fini_ipo_once")
        ]

    def __str__(self) -> str:
        return self.ipo_id


class CodeKind(models.TextChoices):
    IPO_STATUS = "ipo_status", "Status of an IPO"
    ID_TYPE = "id_type", "Type of identity document"
    SUB_FLOW_STATUS = "sub_flow_status", "Sub-flow status"
    FUNDING_STATUS = "funding_status", "preFundingStatus"


class CodeLabel(Row):
    """What a participant calls one of FINI's codes, over `codes.DEFAULTS`."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="fini_labels"
    )
    kind = models.CharField(max_length=20, choices=CodeKind)
    code = models.CharField(max_length=10)
    label = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "kind", "code"], name="fini_label_once"
            )
        ]
