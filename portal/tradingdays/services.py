"""Setting and removing what a day of the exchange is: a site admin's."""

import datetime as dt

from django.db import IntegrityError

from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.people.models import User
from portal.tradingdays import effects, words
from portal.tradingdays.calendar import Calendar, DayKind, Override
from portal.tradingdays.models import TradingDayOverride
from portal.tradingdays.refusals import Refusal
from portal.tradingdays.selectors import build

NOTHING = "Nothing was changed."
# Before it nothing opens on any day; the package knows the exchange from 2014 on.
FIRST_TIME = dt.time(7, 0)
FIRST_DAY, LAST_DAY = dt.date(2014, 1, 1), dt.date(2099, 12, 31)


def set_day(
    day: dt.date, override: Override, by: User, now: dt.datetime
) -> TradingDayOverride:
    """From now on the day is this, for every participant. Raises Refusal."""
    refuse(day, override)
    row = TradingDayOverride(
        day=day,
        kind=override.kind.value,
        at=override.at,
        reason=override.reason.strip(),
        set_by=by,
        set_at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            effects.tell_change()
            _record(row, f"Set [{_told(row)}]: {row.reason}", by)
    except IntegrityError:
        raise Refusal(
            "day",
            f"{words.in_full(day)} is set already.",
            NOTHING,
            "Remove what is set first.",
        ) from None
    return row


def remove(row: TradingDayOverride, by: User) -> None:
    """The day is again what its date says. Raises Refusal when another removed it."""
    with transaction.atomic():
        gone, _ = TradingDayOverride.objects.filter(pk=row.pk).delete()
        if not gone:
            raise Refusal("day", "The day was removed already.", NOTHING)
        effects.tell_change()
        _record(row, f"Remove [{_told(row)}]: {row.reason}", by)


def refuse(day: dt.date, override: Override) -> None:
    """Raises Refusal for what would make no sense or change nothing."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Refusal("day", "The calendar knows the years from 2014 to 2099.", NOTHING)
    usual = usual_kind(day)
    if not words.may_be(usual, override.kind):
        raise Refusal(
            "kind",
            f"{words.in_full(day)} {_is(usual)}: it cannot become that.",
            NOTHING,
            "Choose another day, or what else it is.",
        )
    if override.kind.has_time != (override.at is not None):
        raise Refusal("at", "The time is missing, or has no meaning here.", NOTHING)
    if override.at is not None and override.at <= FIRST_TIME:
        raise Refusal(
            "at",
            "Nothing opens before 07:00.",
            NOTHING,
            "Enter a later time, or close the day as a whole.",
        )
    if not override.reason.strip():
        raise Refusal("reason", "A reason is missing.", NOTHING, "Enter HKEX’s notice.")


def usual_kind(day: dt.date) -> DayKind:
    """Without any override."""
    return build(day, day, {}).usual_kind(day)


def _is(usual: DayKind) -> str:
    if usual is DayKind.SUNDAY:
        return "is a Sunday"
    return {
        DayKind.HOLIDAY: "is a public holiday",
        DayKind.SATURDAY: "is a Saturday",
        DayKind.HALF_DAY: "is a half trading day",
    }.get(usual, "is a trading day")


def _told(row: TradingDayOverride) -> str:
    told = words.told(row.day, Calendar(overrides={row.day: row.override}))
    return f"{row.day} {told}"


def _record(row: TradingDayOverride, description: str, by: User) -> None:
    """On the site's chain: the calendar is everyone's."""
    activity.append(
        None,
        Kind.FACILITY,
        Endpoint.WEB,
        f"Trading day: {description}",
        Status.SUCCESSFUL,
        user=by,
        refs={"trading_day": str(row.pk)},
    )
