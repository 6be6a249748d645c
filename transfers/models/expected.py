"""Files that are expected: the rules, and each day's board."""

from django.db import models

from portal.people.models import Participant, User
from portal.rows import Row
from transfers.expectations import Days, Standing


class ExpectedDays(models.TextChoices):
    TRADING = Days.TRADING.value, "Every trading day"
    EVERY = Days.EVERY.value, "Every day"
    FIRST = Days.FIRST.value, "First trading day of the month"
    LAST = Days.LAST.value, "Last trading day of the month"


class ExpectedRule(Row):
    """`count` files of this pattern by `due` (Hong Kong time) on these days."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="expected_rules"
    )
    platform = models.CharField(max_length=3)
    name_pattern = models.CharField(max_length=120)  # as in a shell: TP001*
    days = models.CharField(
        max_length=8, choices=ExpectedDays, default=ExpectedDays.TRADING
    )
    due = models.TimeField()
    on_next_day = models.BooleanField(default=False)  # `due` is after midnight
    warn_minutes = models.PositiveSmallIntegerField(default=15)
    count = models.PositiveSmallIntegerField(default=1)
    from_day = models.DateField()
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    # The board's days stay when a rule ends.
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "platform", "name_pattern", "days", "due"],
                condition=models.Q(ended_at=None),
                name="expected_rule_once",
            )
        ]

    def __str__(self) -> str:
        return self.name_pattern


class ExpectedStatus(models.TextChoices):
    DUE = Standing.DUE.value, "Due"
    ARRIVED = Standing.ARRIVED.value, "Arrived"
    LATE = Standing.LATE.value, "Arrived late"
    MISSING = Standing.MISSING.value, "Missing"
    EXCUSED = Standing.EXCUSED.value, "Excused"


class ExpectedFile(Row):
    """What a rule expects for one day, as its board shows it."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="+")
    rule = models.ForeignKey(ExpectedRule, models.PROTECT, related_name="board")
    day = models.DateField()
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    status = models.CharField(
        max_length=8, choices=ExpectedStatus, default=ExpectedStatus.DUE
    )
    arrived = models.PositiveSmallIntegerField(default=0)  # of `rule.count`
    complete_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    # By a person, or by the calendar: then nobody is named.
    excused_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    excused_at = models.DateTimeField(null=True)
    excuse = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "day"], name="expected_once")
        ]
        indexes = [
            models.Index(fields=["participant", "day"]),
            models.Index(
                fields=["due_at"],
                condition=models.Q(status__in=["due", "missing"]),
                name="expected_open",
            ),
        ]


class HabitDeclined(Row):
    """A rule that the portal proposed and a person does not want."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="+")
    platform = models.CharField(max_length=3)
    name_pattern = models.CharField(max_length=120)
    declined_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    declined_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "platform", "name_pattern"],
                name="habit_declined_once",
            )
        ]
