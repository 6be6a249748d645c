"""Who of the workers and beat still shows a sign of life."""

import datetime as dt

from portal import clock
from transfers.models import WorkerHeartbeat

SILENT_AFTER = dt.timedelta(seconds=60)
VISITS, QUICK, BEAT = "visits", "quick", "beat"


def is_silent(*names: str) -> bool:
    """Whether any of them has not been heard of for a minute."""
    since = clock.real_now() - SILENT_AFTER
    alive = WorkerHeartbeat.objects.filter(name__in=names, at__gte=since)
    return alive.count() < len(names)


def workers_are_silent() -> bool:
    """For the pages: nobody else can tell when worker and beat are gone together."""
    return is_silent(VISITS, BEAT)
