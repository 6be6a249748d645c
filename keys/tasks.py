"""What workers do about keys: regular jobs, and pre-flights that a person asked for."""

import uuid

from celery import shared_task

from keys.services import expiries, policies, pre_flights
from portal import clock


@shared_task(name="keys.watch_expiries")
def watch_expiries() -> None:
    expiries.evaluate(clock.now())


@shared_task(name="keys.renew_due")
def renew_due() -> None:
    """On the visits' worker: drawing keys takes seconds."""
    policies.renew_due(clock.now())


@shared_task(name="keys.pre_flight")
def pre_flight(host_pk: str) -> None:
    """On the visits' worker too: it calls HKEX."""
    pre_flights.run(uuid.UUID(host_pk))


@shared_task(name="keys.sweep_pre_flights")
def sweep_pre_flights() -> None:
    pre_flights.sweep()
