"""The sweep that lapses requests whose time is over."""

from celery import shared_task

from portal import clock
from portal.approvals import services


@shared_task(name="approvals.lapse_due")
def lapse_due() -> None:
    services.lapse_due(clock.now())
