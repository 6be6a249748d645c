"""Batches of EIPO subscriptions, their records, and the requests that carry them."""

from django.db import models

from fini.models.profiles import Profile
from fini.states import Act, BatchStatus, SendingStatus, SubscriptionStatus
from portal.approvals.models import Approval
from portal.people.models import Participant, User
from portal.rows import Row


class Origin(models.TextChoices):
    FILE = "file", "A file"
    FORM = "form", "The form"
    COMMAND = "command", "manage.py fini"


class Batch(Row):
    """One to 100,000 records that are checked, approved and sent together.

    `sealed_file` is the uploaded file (it holds people), bound to its row and emptied
    once its rows are records. `layout`: {field: position}. `totals`: those of
    `batches.records.Totals`. `records_sha256` is over all that will be sent: the
    approval binds it.
    """

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="fini_batches"
    )
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="batches")
    number = models.PositiveIntegerField()  # counts per participant
    act = models.CharField(max_length=10, choices=Act, default=Act.ADD)
    origin = models.CharField(max_length=7, choices=Origin, default=Origin.FILE)
    status = models.CharField(
        max_length=17, choices=BatchStatus, default=BatchStatus.UPLOADED
    )
    file_name = models.CharField(max_length=255, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    file_size = models.PositiveBigIntegerField(default=0)
    sealed_file = models.BinaryField(default=b"")
    heading = models.JSONField(default=list)
    layout = models.JSONField(default=dict)
    ipo_id = models.CharField(max_length=40, blank=True)  # where the file has none
    firm_id = models.CharField(max_length=20, blank=True)
    totals = models.JSONField(default=dict)
    records_sha256 = models.CharField(max_length=64, blank=True)
    sentence = models.TextField(blank=True)  # why it is unreadable, or stopped
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    approval = models.ForeignKey(Approval, models.PROTECT, null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    sent_from = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    purged_at = models.DateTimeField(null=True)  # of personal data
    erasure = models.ForeignKey(
        "fini.Erasure", models.PROTECT, null=True, related_name="taken"
    )
    # The worker that reads or sends it; machine time.
    holder = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    send_next_at = models.DateTimeField(null=True)  # not sent before; machine time
    send_tries = models.PositiveSmallIntegerField(default=0)  # that failed in a row

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "number"], name="fini_batch_number_once"
            )
        ]
        indexes = [
            models.Index(fields=["participant", "-created_at"]),
            models.Index(fields=["status", "lease_until"]),
        ]

    def __str__(self) -> str:
        return f"batch {self.number}"


class BatchProblem(Row):
    """One line of the table of row, column and problem; quotes nothing of a person."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="problems")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=40)
    what = models.TextField()
    weight = models.CharField(max_length=7)  # of batches.problems.Weight

    class Meta:
        indexes = [models.Index(fields=["batch", "row"])]


class Sending(Row):
    """One request of subscriptions/add, change or invalidate, or of funding/confirm.

    Its ids are stored before the call, its outcome after it (law 2). `listed`: what
    FINI's list had without an own reference and might be records of it, as {"ipo_id",
    "record_id", "quantity", "status", "rows"}; `rows` are those of the batch with the
    same document. Nothing of a person is in it.
    """

    profile = models.ForeignKey(Profile, models.PROTECT, related_name="sendings")
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="sendings")
    path = models.CharField(max_length=80)
    request_id = models.CharField(max_length=32, unique=True)  # X-FINI-REQUEST-ID
    status = models.CharField(
        max_length=11, choices=SendingStatus, default=SendingStatus.PREPARED
    )
    records = models.PositiveIntegerField()
    prepared_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)  # machine time, as all of these
    ended_at = models.DateTimeField(null=True)
    http_status = models.PositiveSmallIntegerField(null=True)
    code = models.CharField(max_length=20, blank=True)  # FINI's
    sentence = models.TextField(blank=True)
    # Since when a person may decide on what FINI's list does not tell.
    looked_up_at = models.DateTimeField(null=True)
    listed = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["status", "opened_at"])]


class EipoSubscription(Row):
    """One record of a batch. The five fields of the person are one sealed JSON array
    in `names` order (id_type, jurisdiction, number, English, Chinese), bound to the
    row and column; `number_hash` finds them (identity_numbers.search_hash)."""

    # None has an index of Django's, for each of which a batch of 100,000 pays: those
    # below begin with the first two, and have the others only where there is one.
    participant = models.ForeignKey(
        Participant,
        models.PROTECT,
        related_name="fini_subscriptions",
        db_index=False,
    )
    batch = models.ForeignKey(
        Batch, models.PROTECT, related_name="subscriptions", db_index=False
    )
    row = models.PositiveIntegerField()
    status = models.CharField(
        max_length=11, choices=SubscriptionStatus, default=SubscriptionStatus.DRAFTED
    )
    own_ref = models.CharField(max_length=50)
    ipo_id = models.CharField(max_length=40)
    firm_id = models.CharField(max_length=20)
    quantity = models.BigIntegerField()
    sealed_person = models.BinaryField(default=b"")
    number_hash = models.BinaryField(default=b"")
    # Of a change or an invalidation: the record that it acts on.
    target = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="acts_on_it", db_index=False
    )
    sending = models.ForeignKey(
        Sending,
        models.PROTECT,
        null=True,
        related_name="subscriptions",
        db_index=False,
    )
    request_id = models.CharField(max_length=20, blank=True)  # requestID in its array
    record_id = models.CharField(max_length=40, blank=True)  # FINI's
    sub_flow_status = models.CharField(max_length=10, blank=True)
    error_code = models.CharField(max_length=20, blank=True)
    error_text = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "row"], name="fini_row_once")
        ]
        indexes = [
            models.Index(fields=["batch", "status", "row"]),
            models.Index(fields=["participant", "own_ref"]),
            models.Index(fields=["participant", "number_hash"]),
            models.Index(fields=["participant", "record_id"]),
            models.Index(
                fields=["target"],
                name="fini_eipo_target",
                condition=models.Q(target__isnull=False),
            ),
            models.Index(
                fields=["sending"],
                name="fini_eipo_sending",
                condition=models.Q(sending__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.own_ref
