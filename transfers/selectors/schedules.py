"""Schedules as plans and in words, and whether what one waits for has come."""

import datetime as dt
import fnmatch
from typing import cast

from keys.models import SftpAccount
from transfers.distribution.plans import Kind, Plan, plan_day
from transfers.models import (
    FetchSchedule,
    RetrievedFile,
    RetrievedStatus,
    ScheduleKind,
)

K = ScheduleKind


def of_account(account: SftpAccount) -> list[FetchSchedule]:
    """In the order in which they are due, the paused ones last."""
    rows = FetchSchedule.objects.filter(account=account).select_related("set_by")
    return sorted(rows, key=lambda row: (row.next_due is None, row.next_due, row.pk))


def plan_of(row: FetchSchedule) -> Plan:
    midnight = dt.time(0)
    return Plan(
        kind=cast("Kind", row.kind),
        every_minutes=row.every_minutes or 0,
        opens=row.opens_at or midnight,
        closes=row.closes_at or midnight,
        times=tuple(dt.time.fromisoformat(time) for time in row.times),
        on_trading_days_only=row.on_trading_days_only,
    )


def came_on(row: FetchSchedule, now: dt.datetime) -> dt.date | None:
    """For "until it has come": the day of the plan, if a file of that name was kept in
    its window; else None."""
    if row.kind != K.UNTIL or not row.name_pattern:
        return None
    plan = plan_of(row)
    day = plan_day(plan, now)
    kept = RetrievedFile.objects.filter(
        facility=row.account.facility_id,
        participant=row.account.participant_id,
        status=RetrievedStatus.KEPT,
        kept_at__gte=plan.window(day)[0],
        kept_at__lte=now,
    ).values_list("name", flat=True)
    return day if any(is_meant(row.name_pattern, name) for name in kept) else None


def is_meant(pattern: str, name: str) -> bool:
    """`TP001` is how the name begins; `*` and `?` stand for any letters."""
    return fnmatch.fnmatchcase(name.upper(), f"{pattern.upper()}*")


def words(row: FetchSchedule) -> str:
    """`Every 15 minutes, 07:00 to 24:00, on trading days`"""
    days = "on trading days" if row.on_trading_days_only else "every day"
    if row.kind == K.AT:
        return f"At {', '.join(row.times)}, {days}"
    closes = row.closes_at or dt.time(0)
    until = "24:00" if closes == dt.time(0) else f"{closes:%H:%M}"
    window = f"{row.opens_at or dt.time(0):%H:%M} to {until}"
    every = f"every {row.every_minutes} minutes, {window}, {days}"
    if row.kind == K.UNTIL:
        return f"Until {row.name_pattern} has come: {every}"
    return every.capitalize()
