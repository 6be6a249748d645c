"""The safety net under every message: finds by their times the rows that wait."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q

from keys.models import SftpAccount
from keys.selectors import renewals
from portal import clock, wakeups
from transfers.models import Lease, Submission
from transfers.selectors import fetching
from transfers.selectors.heartbeats import BEAT, QUICK
from transfers.services import (
    answers_wanted,
    fetches,
    heartbeats,
    looks,
    losses,
    packings,
    recoveries,
    risks,
    schedules,
    submissions,
)
from transfers.states import SubmissionStatus
from transfers.visit.lease import EXPIRED

S = SubmissionStatus
NEAR = dt.timedelta(minutes=6)  # longer than any login is held back


def sweep() -> None:
    """Every step finds its own rows and commits for itself: none waits for another."""
    now = clock.now()
    heartbeats.beat(QUICK)
    heartbeats.beat(BEAT)
    recoveries.recover_abandoned(now)
    submissions.lapse_due(now)
    looks.miss_deadlines(now)
    looks.ask_again()
    packings.wake_waiting()
    sweep_fetching(now)
    make_due()
    make_due_to_fetch(now)
    wake_due()
    heartbeats.tell_of_silence()


def sweep_fetching(now: dt.datetime) -> None:
    """Schedules whose time has come, answers that are waited for, files whose time
    runs out."""
    fetches.recover_abandoned()
    schedules.give_defaults(now)
    schedules.tick(now)
    answers_wanted.want_answers(now)
    risks.warn(now)
    losses.give_up(now)


def make_due() -> int:
    """Accounts with something to do and nobody asked for a visit."""
    real = clock.real_now()
    waiting = Submission.objects.filter(account_id=OuterRef("pk"))
    queued = Exists(waiting.filter(status=S.QUEUED)) & Q(facility__halted_since=None)
    look = Exists(waiting.filter(look_next_at__lte=real))
    forgotten = SftpAccount.objects.filter(
        queued | look, visit_due_at=None, is_enabled=True
    )
    renewing = renewals.with_something_due(real).filter(visit_due_at=None)
    pks = {*forgotten.values_list("pk", flat=True)}
    pks |= {*renewing.values_list("pk", flat=True)}
    return SftpAccount.objects.filter(pk__in=pks, visit_due_at=None).update(
        visit_due_at=real
    )


def make_due_to_fetch(now: dt.datetime) -> int:
    """Accounts whose folders are wanted and that nothing keeps from it just now. What
    else they wait for may be hours away; what is near, or tried again, is left."""
    real = clock.real_now()
    idle = Q(visit_due_at=None) | Q(visit_due_at__gt=real + NEAR)
    wanted = fetching.due_accounts(now).filter(idle)
    pks = [account.pk for account in fetching.open_ones(wanted, now)]
    return SftpAccount.objects.filter(idle, pk__in=pks).update(visit_due_at=real)


def wake_due() -> int:
    """Accounts whose visit is due and whom nobody is visiting."""
    alive = Lease.objects.filter(account_id=OuterRef("pk")).exclude(EXPIRED)
    due = SftpAccount.objects.filter(
        ~Exists(alive), is_enabled=True, visit_due_at__lte=clock.real_now()
    )
    pks = list(due.values_list("pk", flat=True))
    for pk in pks:
        wakeups.wake("visit", pk)
    return len(pks)
