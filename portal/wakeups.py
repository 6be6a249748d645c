"""Wake-ups: a name and a primary key, sent after commit; losing one loses nothing.

Apps register in ready() what a name wakes and what beat starts regularly, so that
the low never imports the high.
"""

import logging
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from kombu.exceptions import OperationalError
from kombu.pools import connections

logger = logging.getLogger(__name__)
# A worker waits longer for its broker; who wakes it has a person waiting.
PATIENCE = {"socket_timeout": 2, "socket_connect_timeout": 2}


@dataclass(frozen=True)
class Job:
    task: str
    every_seconds: float
    queue: str


_names: dict[str, tuple[str, str]] = {}
_jobs: dict[str, Job] = {}


def register(name: str, task: str, queue: str) -> None:
    """`wake(name, pk)` will start this Celery task (its dotted name) with the key.
    Raises ValueError when two apps want the same name."""
    if _names.get(name, (task, queue)) != (task, queue):
        raise ValueError(f"the wake-up {name} is registered already")
    _names[name] = (task, queue)


def every(seconds: float, task: str, queue: str = "quick") -> None:
    """Beat starts this Celery task, without arguments, every so many seconds. Raises
    ValueError for no time at all, or when another rhythm is registered."""
    if seconds <= 0:
        raise ValueError("a job runs every so many seconds, more than none")
    if task in _jobs and _jobs[task].every_seconds != seconds:
        raise ValueError(f"the job {task} is registered already")
    _jobs[task] = Job(task, seconds, queue)


def jobs() -> tuple[Job, ...]:
    return tuple(_jobs.values())


def wake(name: str, pk: object) -> None:
    """Wake after the transaction commits; raises KeyError for an unknown name."""
    task, queue = _names[name]
    transaction.on_commit(partial(_send, task, str(pk), queue), robust=True)


def _send(task: str, pk: str, queue: str) -> None:
    from portal.celery import app

    try:
        lines = connections[app.connection_for_write(transport_options=PATIENCE)]
        with lines.acquire() as line:
            app.send_task(task, args=[pk], queue=queue, retry=False, connection=line)
    except OperationalError:
        # The sweep finds the row by its due time; only the haste is lost.
        logger.warning("no broker: %s of %s waits for the sweep", task, pk)
