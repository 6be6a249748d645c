"""What a site admin knows of a day better than its date."""

from django.db import models

from portal.people.models import User
from portal.rows import Row
from portal.tradingdays.calendar import DayKind, Override


class OverrideKind(models.TextChoices):
    """Those of DayKind that a person may say of a day."""

    CLOSED = DayKind.CLOSED.value, "Closed all day"
    CLOSES_EARLY = DayKind.CLOSES_EARLY.value, "Closed from a time"
    OPENS_LATE = DayKind.OPENS_LATE.value, "Opens late"
    HALF_DAY = DayKind.HALF_DAY.value, "Half trading day"
    HOLIDAY_TRADING = DayKind.HOLIDAY_TRADING.value, "Holiday trading"
    HOLIDAY = DayKind.HOLIDAY.value, "Public holiday"
    TRADING = DayKind.TRADING.value, "Full trading day"


class TradingDayOverride(Row):
    """One day of the exchange's calendar, for all participants."""

    day = models.DateField(unique=True)  # Hong Kong
    kind = models.CharField(max_length=16, choices=OverrideKind)
    at = models.TimeField(null=True)  # Hong Kong; of the kinds that have one
    reason = models.CharField(max_length=200)
    set_by = models.ForeignKey(User, models.PROTECT)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(at=None)
                ^ models.Q(kind__in=[k.value for k in DayKind if k.has_time]),
                name="tradingdayoverride_time_where_it_has_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.get_kind_display()}"

    @property
    def override(self) -> Override:
        return Override(DayKind(self.kind), self.at, self.reason)
