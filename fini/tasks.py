"""The tasks: each a wake-up with a primary key at most; the rows are the truth."""

import uuid

from celery import shared_task

from fini.services import (
    budget,
    connection_tests,
    connections,
    erasures,
    ipos,
    reading,
    reconcile,
    stale_batches,
)
from fini.services.funding import refreshing, wakes
from fini.services.funding import sending as proposals
from fini.services.sending import claims
from fini.services.sending import run as sending
from portal import clock


@shared_task(name="fini.test_connection")
def test_connection(test_pk: str) -> None:
    """On the visits' worker: it calls HKEX."""
    connection_tests.run(uuid.UUID(test_pk))


@shared_task(name="fini.sweep_connection_tests")
def sweep_connection_tests() -> None:
    connection_tests.sweep(clock.real_now())


@shared_task(name="fini.prune_calls")
def prune_calls() -> None:
    budget.prune(clock.real_now())


@shared_task(name="fini.send")
def send(batch_pk: str) -> None:
    sending.run(uuid.UUID(batch_pk))


@shared_task(name="fini.reconcile")
def reconcile_ipo(reconciliation_pk: str) -> None:
    reconcile.run(uuid.UUID(reconciliation_pk))


@shared_task(name="fini.sweep_sending")
def sweep_sending() -> None:
    claims.wake_due()
    reconcile.wake_due()


@shared_task(name="fini.read_batch")
def read_batch(batch_pk: str) -> None:
    reading.read(uuid.UUID(batch_pk))


@shared_task(name="fini.wake_readers")
def wake_readers() -> None:
    reading.wake_waiting()


@shared_task(name="fini.erase")
def erase(erasure_pk: str) -> None:
    erasures.run(uuid.UUID(erasure_pk))


@shared_task(name="fini.wake_erasures")
def wake_erasures() -> None:
    erasures.tick()


@shared_task(name="fini.refresh_ipos")
def refresh_ipos() -> None:
    ipos.wake_due()


@shared_task(name="fini.refresh_ipos_of")
def refresh_ipos_of(profile_pk: str) -> None:
    """On the visits' worker: it calls HKEX."""
    ipos.run(uuid.UUID(profile_pk))


@shared_task(name="fini.withdraw_stale")
def withdraw_stale() -> None:
    stale_batches.withdraw_stale(clock.now())


@shared_task(name="fini.send_proposal")
def send_proposal(proposal_pk: str) -> None:
    proposals.run(uuid.UUID(proposal_pk), connections.client_of)


@shared_task(name="fini.refresh_funding")
def refresh_funding(list_pk: str) -> None:
    refreshing.run(uuid.UUID(list_pk), connections.client_of)


@shared_task(name="fini.wake_funding")
def wake_funding() -> None:
    wakes.tick()
