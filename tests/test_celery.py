"""Beat sends what the apps registered, under names that the workers know."""

import gc
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

from celery.signals import worker_ready

from portal import wakeups
from portal.celery import app, schedule_jobs

ROOT = Path(__file__).resolve().parent.parent
# In a fresh interpreter, as `celery -A portal beat` starts: nothing set up before.
BEAT = """
from celery.apps.beat import Beat
from celery.beat import Service
from portal.celery import app
Service.start = lambda self: (
    __import__("celery").signals.beat_init.send(sender=self),
    print("SCHEDULED", sorted(app.conf.beat_schedule)),
    print("KNOWN", sorted(app.tasks)),
    entries := self.scheduler.schedule.values(),
    print("DUE", sorted(e.name for e in entries if e.is_due()[0])),
)
Beat(app=app, quiet=True, redirect_stdouts=False, schedule="{schedule}").run()
"""


def test_beat_schedules_what_the_apps_registered(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", BEAT.format(schedule=tmp_path / "beat")],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    registered = sorted(job.task for job in wakeups.jobs())
    assert registered
    assert f"SCHEDULED {registered}" in run.stdout
    assert f"DUE {registered}" in run.stdout, "one waits for a turn more"


def test_a_job_keeps_its_pace_and_queue() -> None:
    beat = Mock(app=SimpleNamespace(conf=SimpleNamespace()))
    schedule_jobs(sender=beat)
    for job in wakeups.jobs():
        entry = beat.app.conf.beat_schedule[job.task]
        assert entry["schedule"] == job.every_seconds
        assert entry["options"]["queue"] == job.queue


def test_a_worker_that_is_ready_spares_the_collector_what_is_loaded() -> None:
    try:
        worker_ready.send(sender=None)
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()


def test_every_job_and_wake_up_is_a_task_the_workers_know() -> None:
    app.loader.import_default_modules()
    named = {job.task for job in wakeups.jobs()}
    named |= {task for task, _ in wakeups._names.values()}
    assert named <= set(app.tasks)


def test_every_queue_has_a_worker() -> None:
    procfile = (ROOT / "Procfile").read_text()
    queues = {job.queue for job in wakeups.jobs()}
    queues |= {queue for _, queue in wakeups._names.values()}
    for queue in queues:
        assert f"-Q {queue} " in procfile
