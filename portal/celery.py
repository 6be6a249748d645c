"""Celery: the muscle. Messages are wake-ups; the rows are the truth."""

import gc
import os
import sys
from datetime import UTC, datetime

from celery import Celery
from celery.beat import Service
from celery.signals import beat_init, worker_init, worker_ready
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@worker_init.connect
@beat_init.connect
def refuse_unsafe(**_: object) -> None:
    """Celery logs what a receiver raises and goes on: only an exit stops it."""
    from portal.checks import refuse_unsafe_start

    try:
        refuse_unsafe_start()
    except ImproperlyConfigured as fault:
        sys.stderr.write(f"{fault}\n")
        raise SystemExit(1) from None


@worker_ready.connect
def leave_what_is_loaded_alone(**_: object) -> None:
    """What was imported stays as long as the worker: the collector need not look
    through it again and again, which takes a tenth of a large batch."""
    gc.collect()
    gc.freeze()


@beat_init.connect
def schedule_jobs(sender: Service, **_: object) -> None:
    """Put every job that an app registered in ready() on beat's schedule, to be
    started at once: what became due while nothing ran does not wait for a turn more.

    Not on_after_finalize: that may fire before Django has set up its apps. By now
    the scheduler has read its (empty) configuration, so it is told too.
    """
    from portal import wakeups

    jobs = {
        job.task: {
            "task": job.task,
            "schedule": job.every_seconds,
            "last_run_at": LONG_AGO,
            "options": {"queue": job.queue, "expires": job.every_seconds * 2},
        }
        for job in wakeups.jobs()
    }
    sender.app.conf.beat_schedule = jobs
    sender.scheduler.update_from_dict(jobs)
