"""Rules about files that are expected: made, ended, or taken from a habit."""

import datetime as dt

from django.db import IntegrityError

from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.exchange.hktime import hk_day
from portal.people.guards import Acting
from transfers.habits import Habit
from transfers.models import ExpectedDays, ExpectedFile, ExpectedRule, HabitDeclined
from transfers.models.expected import ExpectedStatus
from transfers.services import boards
from transfers.services.refusals import Refusal

TOPIC = "expected"


def add(rule: ExpectedRule, acting: Acting, now: dt.datetime) -> ExpectedRule:
    """Save a rule that was filled in, from its `from_day` on, lay its board, and hold
    it against what has come already. Raises Refusal when the same rule is
    there already."""
    rule.participant, rule.set_by, rule.set_at = acting.participant, acting.user, now
    try:
        with transaction.atomic():
            rule.save(force_insert=True)
            boards.lay(now, rule)
            _record(acting, "Expect", rule)
    except IntegrityError:
        raise Refusal(
            f"{rule.name_pattern} is expected by that time already. "
            "Nothing was changed. End that rule first if you want another."
        ) from None
    boards.judge(now, rule)
    return rule


def end(rule: ExpectedRule, acting: Acting, now: dt.datetime) -> bool:
    """Expect it no more; what its board says stays, but what is still due or missing
    today is no longer asked for. False when it had ended already."""
    with transaction.atomic():
        ended = ExpectedRule.objects.filter(pk=rule.pk, ended_at=None).update(
            ended_at=now, ended_by=acting.user
        )
        if not ended:
            return False
        for row in rule.board.filter(
            status__in=[ExpectedStatus.DUE, ExpectedStatus.MISSING],
            day__gte=hk_day(now),
        ).select_related("rule", "participant"):
            boards.settle(row, ExpectedStatus.EXCUSED, excuse="Its rule was ended.")
        _record(acting, "Expect no more", rule)
    return True


def take(habit: Habit, acting: Acting, now: dt.datetime) -> ExpectedRule:
    """What came regularly is expected from now on. Raises Refusal."""
    rule = ExpectedRule(
        platform=habit.platform,
        name_pattern=habit.pattern,
        days=ExpectedDays.TRADING,
        due=habit.by,
        on_next_day=habit.next_day,
        count=habit.count,
        from_day=hk_day(now),
    )
    return add(rule, acting, now)


def decline(habit: Habit, acting: Acting, now: dt.datetime) -> None:
    """Not to be proposed again."""
    with transaction.atomic():
        HabitDeclined.objects.get_or_create(
            participant=acting.participant,
            platform=habit.platform,
            name_pattern=habit.pattern,
            defaults={"declined_by": acting.user, "declined_at": now},
        )
        _told(acting, f"Decline to expect [{habit.pattern}] of {habit.platform}")


def _record(acting: Acting, verb: str, rule: ExpectedRule) -> None:
    morning = " of the day after" if rule.on_next_day else ""
    _told(
        acting,
        f"{verb} [{rule.name_pattern}] of {rule.platform}"
        f" by {rule.due:%H:%M}{morning}, {rule.get_days_display().lower()}",
        rule,
    )


def _told(acting: Acting, said: str, rule: ExpectedRule | None = None) -> None:
    activity.append(
        acting.participant,
        Kind.EXPECTED,
        Endpoint.WEB,
        said,
        Status.SUCCESSFUL,
        user=acting.user,
        refs={"rule": str(rule.pk)} if rule else None,
        topics=(TOPIC, "alerts"),
    )


def excusable(row: ExpectedFile) -> bool:
    return row.status in (ExpectedStatus.DUE, ExpectedStatus.MISSING)
