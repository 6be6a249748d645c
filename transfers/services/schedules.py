"""When an account's folders are looked at: the defaults, a person's plans, the tick."""

import datetime as dt
from dataclasses import dataclass, replace

from django.db.models import Q

from keys.models import Platform, SftpAccount
from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.people.guards import Acting
from portal.tradingdays.calendar import Calendar
from portal.tradingdays.selectors import calendar_at
from transfers.distribution.plans import next_due, plan_day
from transfers.models import Fetching, FetchSchedule, ScheduleKind
from transfers.selectors import schedules as selectors
from transfers.services import rounds
from transfers.services.refusals import Refusal

K = ScheduleKind
MOST = 20  # schedules an account
SHORTEST_MINUTES = 5  # each is a login: RRS locks at the fifth in five minutes
# Further off than any holidays: the clock was moved back.
TOO_FAR = dt.timedelta(days=21)


@dataclass(frozen=True)
class Wish:
    """A schedule as a person or a default has it; its times are Hong Kong's."""

    kind: ScheduleKind
    every_minutes: int | None = None
    opens_at: dt.time | None = None
    closes_at: dt.time | None = None
    times: tuple[str, ...] = ()
    name_pattern: str = ""
    on_trading_days_only: bool = True


DEFAULTS = {
    # Mapping answers live until midnight; what people submit is looked for besides.
    Platform.ECP: (
        Wish(K.EVERY, 15, dt.time(7), dt.time(0)),
        Wish(K.AT, times=("09:00", "21:00"), on_trading_days_only=False),
    ),
    # In the hours of DCASS; CCMS is open on Saturday mornings too.
    Platform.RAP: (
        Wish(K.EVERY, 30, dt.time(7, 15), dt.time(3, 30)),
        Wish(K.AT, times=("12:30",), on_trading_days_only=False),
    ),
    Platform.RRS: (Wish(K.EVERY, 30, dt.time(7), dt.time(3, 30)),),
}


def give_defaults(now: dt.datetime) -> int:
    """Enabled accounts that have none yet; answers how many got theirs."""
    new = SftpAccount.objects.filter(is_enabled=True, fetching=None)
    found = list(new.select_related("facility", "participant").order_by("login_id"))
    calendar = calendar_at(now) if found else Calendar()
    for account in found:
        _give(account, calendar, now)
    return len(found)


def tick(now: dt.datetime) -> int:
    """Every schedule whose time has come makes its account wanted, however late the
    tick is; answers how many."""
    due = list(
        FetchSchedule.objects.filter(
            Q(next_due__lte=now) | Q(next_due__gt=now + TOO_FAR),
            is_enabled=True,
            account__is_enabled=True,
        ).select_related("account__facility")
    )
    calendar = calendar_at(now) if due else Calendar()
    return sum(_come(row, calendar, now) for row in due)


def add(
    account: SftpAccount, wish: Wish, acting: Acting, now: dt.datetime
) -> FetchSchedule:
    """Raises Refusal."""
    _refuse(account, wish)
    with transaction.atomic():
        Fetching.objects.get_or_create(account=account)  # its defaults are not made
        row = _create(account, wish, calendar_at(now), now)
        row.set_by = acting.user
        row.save(update_fields=["set_by"])
        _record(row, acting, "Add")
    return row


def set_enabled(
    row: FetchSchedule, is_enabled: bool, acting: Acting, now: dt.datetime
) -> None:
    """Pause, or go on from now."""
    with transaction.atomic():
        row.is_enabled = is_enabled
        row.next_due = _next(row, calendar_at(now), now) if is_enabled else None
        row.set_by, row.set_at = acting.user, now
        row.save(update_fields=["is_enabled", "next_due", "set_by", "set_at"])
        _record(row, acting, "Resume" if is_enabled else "Pause")


def remove(row: FetchSchedule, acting: Acting) -> None:
    with transaction.atomic():
        FetchSchedule.objects.filter(pk=row.pk).delete()
        _record(row, acting, "Remove")


def _give(account: SftpAccount, calendar: Calendar, now: dt.datetime) -> None:
    """A second account of the participant sees the same boxes: it looks in between."""
    others = Fetching.objects.filter(
        account__facility=account.facility, account__participant=account.participant
    ).exclude(account=account)
    with transaction.atomic():
        _, is_new = Fetching.objects.get_or_create(account=account)
        if not is_new:
            return
        is_second = others.count() % 2 == 1
        for wish in DEFAULTS[Platform(account.facility.platform)]:
            _create(account, _later(wish) if is_second else wish, calendar, now)


def _later(wish: Wish) -> Wish:
    if wish.opens_at is None or wish.every_minutes is None:
        return wish
    half = dt.timedelta(minutes=wish.every_minutes // 2)
    begins = dt.datetime.combine(dt.date.min, wish.opens_at) + half
    return replace(wish, opens_at=begins.time())


def _create(
    account: SftpAccount, wish: Wish, calendar: Calendar, now: dt.datetime
) -> FetchSchedule:
    row = FetchSchedule(
        account=account,
        kind=wish.kind,
        every_minutes=wish.every_minutes,
        opens_at=wish.opens_at,
        closes_at=wish.closes_at,
        times=list(wish.times),
        name_pattern=wish.name_pattern,
        on_trading_days_only=wish.on_trading_days_only,
        set_at=now,
    )
    row.next_due = _next(row, calendar, now)
    row.save(force_insert=True)
    return row


def _come(row: FetchSchedule, calendar: Calendar, now: dt.datetime) -> bool:
    """Once, whoever ticks: the row is moved on from the time that was read."""
    was = row.next_due
    came_on = selectors.came_on(row, now)
    later = next_due(selectors.plan_of(row), now, calendar, came_on)
    has_come = came_on is not None and came_on == plan_day(selectors.plan_of(row), now)
    with transaction.atomic():
        mine = FetchSchedule.objects.filter(pk=row.pk, next_due=was)
        if not mine.update(next_due=later) or was is None or was > now or has_come:
            return False
        rounds.want(row.account_id, now)
    return True


def _next(
    row: FetchSchedule, calendar: Calendar, now: dt.datetime
) -> dt.datetime | None:
    came_on = selectors.came_on(row, now)
    return next_due(selectors.plan_of(row), now, calendar, came_on)


def _refuse(account: SftpAccount, wish: Wish) -> None:
    if FetchSchedule.objects.filter(account=account).count() >= MOST:
        raise Refusal(
            f"{account.login_id} has {MOST} schedules already. Nothing was added. "
            "Remove one first."
        )
    if wish.kind == K.AT:
        if not wish.times:
            raise Refusal("It has no times. Nothing was added. Write at least one.")
        return
    if not SHORTEST_MINUTES <= (wish.every_minutes or 0) <= 24 * 60:
        raise Refusal(
            f"Folders are looked at every {SHORTEST_MINUTES} minutes to once a day, "
            "since each look is a login. Nothing was added. Choose a number in between."
        )
    if wish.opens_at is None or wish.closes_at is None:
        raise Refusal("It has no window. Nothing was added. Write from when to when.")
    if wish.kind == K.UNTIL and not wish.name_pattern:
        raise Refusal(
            "It does not say which file is waited for. Nothing was added. Write how "
            "its name begins."
        )


def _record(row: FetchSchedule, acting: Acting, verb: str) -> None:
    account = row.account
    activity.append(
        account.participant,
        Kind.DOWNLOAD,
        Endpoint.WEB,
        f"{verb} schedule [{selectors.words(row)}] of [{account.login_id}]",
        Status.SUCCESSFUL,
        user=acting.user,
        refs={"account": str(account.pk)},
        topics=(rounds.TOPIC, f"account:{account.pk}"),
    )
