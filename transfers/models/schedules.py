"""When an account's download folders are visited."""

from django.db import models

from keys.models import SftpAccount
from portal.people.models import User
from portal.rows import Row


class ScheduleKind(models.TextChoices):
    EVERY = "every", "Every few minutes"
    AT = "at", "At given times"
    UNTIL = "until", "Until it has come"


class FetchSchedule(Row):
    """A plan in Hong Kong time. `next_due` is business time; one that has passed is
    due until it is done: a missed tick is caught up."""

    account = models.ForeignKey(
        SftpAccount, models.PROTECT, related_name="fetch_schedules"
    )
    kind = models.CharField(max_length=5, choices=ScheduleKind)
    every_minutes = models.PositiveSmallIntegerField(null=True)
    opens_at = models.TimeField(null=True)  # of the window; Hong Kong time
    closes_at = models.TimeField(null=True)  # before `opens_at`: on the next day
    times = models.JSONField(default=list)  # ["19:10", "22:30"]
    name_pattern = models.CharField(max_length=120, blank=True)  # until it has come
    on_trading_days_only = models.BooleanField(default=True)
    is_enabled = models.BooleanField(default=True)
    next_due = models.DateTimeField(null=True, db_index=True)
    set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()


class Fetching(Row):
    """That an account's folders are to be listed, since when, and how it went.

    `wanted_since` (business time) is set by a schedule, a person or an accepted
    submission, and cleared by a visit that has listed and fetched all that it may.
    An account that has no such row yet has no schedules either: both are made at once.
    """

    account = models.OneToOneField(SftpAccount, models.PROTECT, related_name="fetching")
    wanted_since = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    listed_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    not_before = models.DateTimeField(null=True)  # business time; after a failure
    sentence = models.TextField(blank=True)  # why the last try ended early
