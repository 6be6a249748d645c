"""The portal's Celery with a broker that redelivers what takes longer than a second.

Messages are acknowledged at the end, so that a long visit's own message comes again;
each time is written down.
"""

from celery.signals import task_prerun

from portal.celery import app

app.conf.task_acks_late = True
app.conf.broker_transport_options = {
    "visibility_timeout": 1,
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
}


@task_prerun.connect
def tell(**_: object) -> None:
    print("began a task", flush=True)


__all__ = ["app"]
