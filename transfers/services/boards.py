"""Each day's board of expected files: laid, judged against what was kept, excused."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Max

from portal import fanout
from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.exchange.hktime import hk_day
from portal.people.models import User
from portal.tradingdays.calendar import Calendar
from portal.tradingdays.selectors import calendar
from transfers.expectations import (
    Days,
    Standing,
    deadline,
    is_expected_on,
    matches,
    standing,
)
from transfers.models import ExpectedFile, ExpectedRule, RetrievedFile, RetrievedStatus
from transfers.models.expected import ExpectedStatus
from transfers.services import expected_notices
from transfers.services.refusals import Refusal

TOPIC = "expected"
CATCH_UP = dt.timedelta(days=40)  # a board that nobody laid for longer stays empty
# HKEX has removed a report by then: it stays missing.
ASKED_FOR = dt.timedelta(days=14)
OPEN = (ExpectedStatus.DUE, ExpectedStatus.MISSING)
_ONE = dt.timedelta(1)

Kept = dict[tuple[uuid.UUID, str, dt.date], list[tuple[str, dt.datetime]]]


def tick(now: dt.datetime) -> int:
    """Lay what is not laid, then judge what is open: a missed tick is caught up."""
    lay(now)
    return judge(now)


def lay(now: dt.datetime, only: ExpectedRule | None = None) -> int:
    """A row for each rule and day until today; answers how many are new."""
    rules = ExpectedRule.objects.filter(ended_at=None)
    if only is not None:
        rules = rules.filter(pk=only.pk)
    today = hk_day(now)
    oldest = today - CATCH_UP
    known = calendar(oldest, today)
    rows = [
        _row(rule, day)
        for rule in rules.annotate(laid=Max("board__day"))
        for day in _days(max(rule.from_day, oldest), rule.laid, today)
        if is_expected_on(Days(rule.days), day, known)
    ]
    ExpectedFile.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def judge(now: dt.datetime, only: ExpectedRule | None = None) -> int:
    """Hold every open row against the files that were kept, warn and tell; answers
    how many moved."""
    asked = ExpectedFile.objects.filter(
        status__in=OPEN, day__gte=hk_day(now) - ASKED_FOR
    )
    if only is not None:
        asked = asked.filter(rule=only)
    rows = list(asked.select_related("rule", "participant").order_by("day", "pk"))
    if not rows:
        return 0
    known = calendar(rows[0].day, rows[-1].day)
    kept = _kept(rows)
    return sum(_judge(row, kept, known, now) for row in rows)


def excuse(row: ExpectedFile, reason: str, user: User, now: dt.datetime) -> None:
    """A person says why it need not come. Raises Refusal when it is not open."""
    with transaction.atomic():
        current = ExpectedFile.objects.select_for_update(no_key=True).get(pk=row.pk)
        if current.status not in OPEN:
            raise Refusal(
                f"{row.rule.name_pattern} is neither due nor missing any more. "
                "Nothing was changed. Reload the board to see what it is."
            )
        settle(
            row, ExpectedStatus.EXCUSED, excuse=reason, excused_by=user, excused_at=now
        )
        _record(row, f"Excuse, {reason}", Status.SUCCESSFUL, user)


def settle(row: ExpectedFile, status: ExpectedStatus, **fields: Any) -> bool:
    """Move an open row and close its alerts; False when another was faster."""
    moved = ExpectedFile.objects.filter(pk=row.pk, status__in=OPEN).update(
        status=status, **fields
    )
    if moved:
        expected_notices.over(row)
        fanout.tell(row.participant_id, None, [TOPIC])
    return bool(moved)


def _judge(row: ExpectedFile, kept: Kept, known: Calendar, now: dt.datetime) -> bool:
    if not is_expected_on(Days(row.rule.days), row.day, known):
        why = known.why(row.day) or "the exchange does not trade"
        with transaction.atomic():
            moved = settle(row, ExpectedStatus.EXCUSED, excuse=f"No such day: {why}.")
            if moved:
                _record(row, f"Excuse, no such day: {why}", Status.SUCCESSFUL)
        return moved
    came = sorted(
        at
        for name, at in kept[row.participant_id, row.rule.platform, row.day]
        if matches(row.rule.name_pattern, name)
    )
    row.arrived = min(len(came), row.rule.count)
    row.complete_at = (
        came[row.rule.count - 1] if row.arrived == row.rule.count else None
    )
    return _move(row, standing(row.due_at, row.complete_at, now), now)


def _move(row: ExpectedFile, to: Standing, now: dt.datetime) -> bool:
    """What is complete is settled; what is not may be warned of, then is missing."""
    if row.complete_at is not None:
        with transaction.atomic():
            moved = settle(
                row,
                ExpectedStatus(to.value),
                arrived=row.arrived,
                complete_at=row.complete_at,
            )
            if moved and to is Standing.LATE:
                _record(row, "Arrived late", Status.WARNING)
        return moved
    ExpectedFile.objects.filter(pk=row.pk).exclude(arrived=row.arrived).update(
        arrived=row.arrived
    )
    if to is Standing.MISSING:
        return row.status != ExpectedStatus.MISSING and _miss(row)
    if row.warned_at is None and row.warn_at <= now:
        return _warn(row, now)
    return False


def _miss(row: ExpectedFile) -> bool:
    with transaction.atomic():
        moved = ExpectedFile.objects.filter(
            pk=row.pk, status=ExpectedStatus.DUE
        ).update(status=ExpectedStatus.MISSING)
        if moved:
            expected_notices.missing(row)
            _record(row, "Missing", Status.WARNING)
    return bool(moved)


def _warn(row: ExpectedFile, now: dt.datetime) -> bool:
    with transaction.atomic():
        warned = ExpectedFile.objects.filter(pk=row.pk, warned_at=None).update(
            warned_at=now
        )
        if warned:
            expected_notices.soon(row)
            fanout.tell(row.participant_id, None, [TOPIC])
    return bool(warned)


def _kept(rows: Iterable[ExpectedFile]) -> Kept:
    """When which files of the rows' days were kept: one query."""
    listed = list(rows)
    found: Kept = defaultdict(list)
    files = RetrievedFile.objects.filter(
        participant__in={row.participant_id for row in listed},
        day__in={row.day for row in listed},
        platform__in={row.rule.platform for row in listed},
        status=RetrievedStatus.KEPT,
    )
    columns = ("participant_id", "platform", "day", "name", "kept_at")
    for participant, platform, day, name, at in files.values_list(*columns):
        if at is not None:
            found[participant, platform, day].append((name, at))
    return found


def _days(first: dt.date, laid: dt.date | None, today: dt.date) -> Iterable[dt.date]:
    day = first if laid is None else max(first, laid + _ONE)
    while day <= today:
        yield day
        day += _ONE


def _row(rule: ExpectedRule, day: dt.date) -> ExpectedFile:
    by = deadline(day, rule.due, rule.warn_minutes, rule.on_next_day)
    return ExpectedFile(
        participant_id=rule.participant_id,
        rule=rule,
        day=day,
        due_at=by.due_at,
        warn_at=by.warn_at,
    )


def _record(
    row: ExpectedFile, told: str, status: Status, user: User | None = None
) -> None:
    activity.append(
        row.participant,
        Kind.EXPECTED,
        Endpoint.WEB if user else Endpoint.SFTP,
        f"{told}: [{row.rule.name_pattern}] of {row.rule.platform} for [{row.day}]",
        status,
        user=user,
        refs={"rule": str(row.rule_id)},
        topics=(TOPIC, "alerts"),
    )
