"""What happens backstage: files come, workers copy, purge and count."""

import datetime as dt

from portal import clock
from portal.activity import transaction
from portal.people.models import Participant
from tests.transfers import corner_builders, keeping_builders
from transfers.models import HandOver, HandOverRule, PurgeProposal
from transfers.services import hand_over_plans, hand_overs, purges, store


def _harbour() -> Participant:
    return Participant.objects.get(code="CP00010")


def comes(name: str, content: str = "") -> None:
    """Kept now, from ECP."""
    corner_builders.kept(_harbour(), name, (content or name).encode())


def hand_over() -> None:
    """A tick, and the worker that it wakes."""
    HandOver.objects.update(next_try_at=clock.real_now() - dt.timedelta(seconds=1))
    for rule in HandOverRule.objects.filter(ended_at=None):
        hand_over_plans.plan(rule, clock.now())
        hand_overs.run(rule.pk)


def work() -> None:
    """The worker alone: what is due now."""
    for rule in HandOverRule.objects.filter(ended_at=None):
        hand_overs.run(rule.pk)


def kept_long_ago(number: int) -> None:
    for _ in range(number):
        keeping_builders.kept_on(_harbour(), dt.date(2012, 5, 7))
    with transaction.atomic():
        store.tick(clock.now())


def purge() -> None:
    for row in PurgeProposal.objects.filter(status="approved"):
        purges.run(row.pk)
    store.tick(clock.now())
