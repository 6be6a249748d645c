"""What every lease has in common: its end by the database's clock, and its renewal.

All times are the database's own (`Now()`): machines' clocks differ, and a lease that
is judged by two clocks is held twice. SQLite's `Now()` has milliseconds, which compare
rightly, as text, with what it stores.
"""

import contextlib
import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Q
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

logger = logging.getLogger(__name__)
EXPIRED = Q(lease_until=None) | Q(lease_until__lt=Now())


class LeaseLost(Exception):
    """Another holds the lease by now: this worker may write nothing more under it."""


def later(seconds: float) -> CombinedExpression:
    return Now() + dt.timedelta(seconds=seconds)


@contextlib.contextmanager
def renewed(hold: Callable[[], None], name: str) -> Iterator[None]:
    """Calls `hold`, which raises LeaseLost, in a thread for as long as the body runs;
    `name` says whose lease it is."""
    over = threading.Event()
    thread = threading.Thread(
        target=_renew, args=(hold, name, over), name=f"lease {name}", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _renew(hold: Callable[[], None], name: str, over: threading.Event) -> None:
    wait: float = settings.LEASE_RENEW_SECONDS
    try:
        while not over.wait(wait):
            try:
                hold()
                wait = settings.LEASE_RENEW_SECONDS
            except DatabaseError:
                logger.warning("the lease could not be renewed: trying again at once")
                connection.close()
                wait = min(1.0, settings.LEASE_RENEW_SECONDS)
    except LeaseLost:
        logger.warning("the lease of %s was lost", name)
    finally:
        connection.close()
