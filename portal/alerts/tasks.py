"""Mail, its sweep, and the daily check of the activity log: all short, queue quick."""

import uuid

from celery import shared_task

from portal import clock
from portal.alerts import checkpoint, delivery, outbox


@shared_task(name="alerts.deliver_mail")
def deliver_mail(pk: str) -> None:
    delivery.deliver(uuid.UUID(pk))


@shared_task(name="alerts.wake_due_mail")
def wake_due_mail() -> None:
    outbox.wake_due(clock.real_now())


@shared_task(name="alerts.check_activity")
def check_activity() -> None:
    checkpoint.check_day(clock.now())
