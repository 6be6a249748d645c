"""What a Celery worker tells us: that it starts, lives, and is told to stop."""

import logging
import signal
import sys
import time

from celery.signals import (
    heartbeat_sent,
    worker_init,
    worker_process_init,
    worker_ready,
    worker_shutting_down,
)
from django.db import DatabaseError, connection

from portal import stopping
from transfers.services import heartbeats

logger = logging.getLogger(__name__)
BEAT_EVERY = 15.0
_last_beat = 0.0


def connect() -> None:
    worker_init.connect(_starting, weak=False)
    worker_ready.connect(_alive, weak=False)
    heartbeat_sent.connect(_alive, weak=False)
    worker_shutting_down.connect(_stopping, weak=False)
    worker_process_init.connect(_outlive_sigterm, weak=False)


def _starting(**_: object) -> None:
    stopping.start()


def _stopping(**_: object) -> None:
    stopping.stop()


def _alive(**_: object) -> None:
    """In the worker's own thread, every 2 s, also while every visit is a long one."""
    global _last_beat  # noqa: PLW0603  (one a process, like the worker itself)
    if time.monotonic() - _last_beat < BEAT_EVERY:
        return
    _last_beat = time.monotonic()
    try:
        for name in _queues():
            heartbeats.beat(name)
    except DatabaseError:
        logger.warning("the sign of life could not be written")
    finally:
        connection.close()


def _queues() -> list[str]:
    from portal.celery import app

    return list(app.amqp.queues.consume_from)


def _outlive_sigterm(**_: object) -> None:
    """Of a pool of processes: a process manager signals the whole group, and the file
    in hand must be finished; a second signal ends the process."""

    def told(number: int, frame: object) -> None:
        if stopping.is_stopping():
            sys.exit(0)
        stopping.stop()

    signal.signal(signal.SIGTERM, told)
