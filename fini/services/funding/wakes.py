"""Waking what is due: lists to fetch, proposals that nobody sends."""

from fini.services.funding import claims, consequences, refreshing
from portal import clock, wakeups


def tick() -> None:
    real_now = clock.real_now()
    for pk in refreshing.due(real_now):
        wakeups.wake(refreshing.WAKE, pk)
    for pk in claims.free(real_now).values_list("pk", flat=True):
        wakeups.wake(consequences.WAKE, pk)
