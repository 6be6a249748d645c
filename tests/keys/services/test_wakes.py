"""A changed calendar: who waits for the next opening looks again."""

import datetime as dt

from keys.models import Platform, SftpAccount
from portal import clock
from portal.people.models import Participant, User
from portal.tradingdays import services
from portal.tradingdays.calendar import DayKind, Override
from tests.keys.builders import account

WEEK = dt.timedelta(7)


def test_who_waits_for_rap_to_open_looks_again_when_the_calendar_changes(
    participant: Participant, alice: User
) -> None:
    due = clock.real_now() + WEEK
    rap, ecp = (account(participant, p) for p in (Platform.RAP, Platform.ECP))
    idle = account(participant, Platform.RAP)
    waiting = SftpAccount.objects.filter(pk__in=(rap.pk, ecp.pk))
    waiting.update(visit_due_at=due)
    typhoon = Override(DayKind.CLOSED, reason="Typhoon signal 8")
    services.set_day(dt.date(2026, 11, 23), typhoon, alice, clock.now())
    for row in (rap, ecp, idle):
        row.refresh_from_db()
    assert rap.visit_due_at is not None
    assert rap.visit_due_at <= clock.real_now()
    assert ecp.visit_due_at == due
    assert idle.visit_due_at is None
