"""Weeks that pass at the portal and at the sandbox: beat's sweep and several workers at
every moment, and an exchange that fails on a schedule and in the middle of things."""

import datetime as dt
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Min

from keys.models import Platform, SftpAccount
from portal import clock
from portal.exchange.hktime import HONG_KONG
from portal.tradingdays.calendar import Calendar, service_day
from sandbox.inthread import SandboxThread
from tests.sandbox.renewing import Keyed, at
from transfers.models import (
    Fetching,
    FetchSchedule,
    RetrievedFile,
    RetrievedStatus,
    Submission,
)
from transfers.services import sweeps
from transfers.visit.run import run

WORKERS = 2
SOON = dt.timedelta(seconds=61)
OPENS, NIGHT_ENDS = dt.time(7), dt.time(3, 30)
# By platform: what a line is cut under.
CUT_UNDER = {"ECP": "HBCN*.zip", "RAP": "*.csv", "RRS": "*.csv"}
CUTS = ("cut_read_after_bytes", "kick_while_reading")


@dataclass(frozen=True)
class Span:
    """A time in which a site of a platform, or of all, is down."""

    site: str
    since: dt.datetime
    until: dt.datetime
    platform: str | None = None
    how: str = "refused"

    def view(self) -> dict[str, Any]:
        times = {"since": self.since.isoformat(), "until": self.until.isoformat()}
        return {
            "site": self.site,
            "platform": self.platform,
            "how": self.how,
            **times,
        }

    def shuts(self, platform: str) -> bool:
        """Whether no site of the platform is left."""
        return self.site == "both" and self.platform in (None, platform)


class Passing:
    """Accounts, and the moment that it is; `step`: minutes between two looks of beat
    while nothing is due sooner."""

    def __init__(
        self,
        accounts: list[Keyed],
        calendar: Calendar,
        chance: random.Random,
        step: tuple[int, int],
    ) -> None:
        self.box: SandboxThread = accounts[0].box
        self.now = clock.now().astimezone(HONG_KONG)
        self.cuts = 0
        self._accounts = accounts
        self._calendar = calendar
        self._chance = chance
        self._step = step

    def until(self, last: dt.datetime, *, cuts: float = 0.0) -> None:
        """Live until then, and then too; `cuts`: the share of moments in which a line
        is cut."""
        while self.now < last:
            self._move(min(self._next(), last))
            if self.now < last and self._chance.random() < cuts:
                self._cut()
            self.live()

    def live(self) -> None:
        """What beat does, and the workers that it wakes, each account twice."""
        now = clock.now()
        sweeps.sweep_fetching(now)
        sweeps.make_due()
        sweeps.make_due_to_fetch(now)
        due = SftpAccount.objects.filter(visit_due_at__lte=clock.real_now())
        _all_at_once(list(due.values_list("pk", flat=True)))
        self.box.faults(**dict.fromkeys(CUTS))

    def _cut(self) -> None:
        """A line ends, in one way or the other, at some byte of some file."""
        keyed = self._chance.choice(self._accounts)
        kind = self._chance.choice(CUTS)
        fault = {"bytes": self._chance.randrange(1, 8_000), "times": 1}
        of = {"login": keyed.account.login_id, "name": CUT_UNDER[keyed.platform.value]}
        self.box.faults(**{kind: {**fault, **of}})

    def _move(self, moment: dt.datetime) -> None:
        """Both clocks; and what waits for the machine's time waits so much less."""
        before = clock.offset()
        at(self.box, f"{moment:%Y-%m-%d %H:%M:%S}")
        self.now = moment
        passed = clock.offset() - before
        for row in SftpAccount.objects.exclude(visit_due_at=None):
            SftpAccount.objects.filter(pk=row.pk).update(
                visit_due_at=_less(row.visit_due_at, passed)
            )
        for one in Submission.objects.exclude(look_next_at=None):
            Submission.objects.filter(pk=one.pk).update(
                look_next_at=_less(one.look_next_at, passed),
                look_until=_less(one.look_until, passed),
            )

    def _next(self) -> dt.datetime:
        """The next thing that is due, or the next look of beat; nights in one step."""
        step = dt.timedelta(minutes=self._chance.randint(*self._step))
        look = self.now + step if self._is_service_time() else self._next_plan()
        soon = [one for one in self._due() if one > self.now]
        return max(self.now + SOON, min([look, *soon]))

    def _is_service_time(self) -> bool:
        time, day = self.now.time(), service_day(self.now)
        is_day = time >= OPENS or time < NIGHT_ENDS
        return is_day and self._calendar.is_trading_day(day)

    def _next_plan(self) -> dt.datetime:
        first = FetchSchedule.objects.aggregate(at=Min("next_due"))["at"]
        return _here(first)

    def _due(self) -> Iterator[dt.datetime]:
        ahead = clock.now() - clock.real_now()
        for row in Fetching.objects.exclude(not_before=None):
            yield _here(row.not_before)
        files = RetrievedFile.objects.filter(status=RetrievedStatus.SEEN)
        first = files.filter(fetch_after__gt=self.now).aggregate(at=Min("fetch_after"))
        if first["at"]:
            yield _here(first["at"])
        for one in SftpAccount.objects.exclude(visit_due_at=None):
            yield _here(one.visit_due_at) + ahead


def outages(
    chance: random.Random, days: list[dt.date], apart: dt.timedelta
) -> list[Span]:
    """On most of the days a site is down for a while, no two at a time."""
    found: list[Span] = []
    for day in days:
        if chance.random() < 0.3:
            continue
        midnight = dt.datetime.combine(day, dt.time(), HONG_KONG)
        since = midnight + dt.timedelta(minutes=chance.randint(7 * 60, 22 * 60))
        until = since + dt.timedelta(minutes=chance.randint(10, 240))
        if not found or since - found[-1].until >= apart:
            site = chance.choice(("primary", "secondary", "both", "both"))
            platform = chance.choice((None, *(one.value for one in Platform)))
            how = chance.choice(("refused", "closed"))
            found.append(Span(site, since, until, platform, how))
    return found


def _all_at_once(accounts: list[Any]) -> None:
    """Each account is woken twice, and no worker waits for another."""
    waiting = [*accounts, *accounts]

    def work() -> None:
        try:
            while waiting:
                run(waiting.pop())
        except IndexError:
            pass  # another was faster
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def _here(moment: dt.datetime | None) -> dt.datetime:
    assert moment
    return moment.astimezone(HONG_KONG)


def _less(moment: dt.datetime | None, by: dt.timedelta) -> dt.datetime | None:
    return moment - by if moment else None
