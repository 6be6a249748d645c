"""The tasks: each a wake-up with a primary key at most; the rows are the truth."""

import uuid

from celery import shared_task

from portal import clock
from transfers.services import (
    boards,
    hand_over_plans,
    hand_overs,
    leftovers,
    purges,
    store,
    sweeps,
    zip_making,
)
from transfers.visit.run import run


@shared_task(name="transfers.visit")
def visit(account_pk: str) -> None:
    run(uuid.UUID(account_pk))


@shared_task(name="transfers.pack")
def pack(packing_pk: str) -> None:
    zip_making.pack(uuid.UUID(packing_pk))


@shared_task(name="transfers.sweep")
def sweep() -> None:
    sweeps.sweep()


@shared_task(name="transfers.drop_stale_uploads")
def drop_stale_uploads() -> None:
    leftovers.drop_stale(clock.real_now())


@shared_task(name="transfers.judge_boards")
def judge_boards() -> None:
    boards.tick(clock.now())


@shared_task(name="transfers.plan_hand_overs")
def plan_hand_overs() -> None:
    hand_over_plans.tick(clock.now())


@shared_task(name="transfers.hand_over")
def hand_over(rule_pk: str) -> None:
    hand_overs.run(uuid.UUID(rule_pk))


@shared_task(name="transfers.wake_purges")
def wake_purges() -> None:
    purges.tick()


@shared_task(name="transfers.purge")
def purge(proposal_pk: str) -> None:
    purges.run(uuid.UUID(proposal_pk))


@shared_task(name="transfers.measure_store")
def measure_store() -> None:
    store.tick(clock.now())
