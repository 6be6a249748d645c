"""Pre-flights: asked for on a page, made by a worker, once at a time a host.

What was asked for is a row: a lost message is found by the sweep (law 3).
"""

import datetime as dt
import uuid

from django.db.models import Q

from keys.models import Host, PreFlight
from keys.refusals import Refusal
from keys.services import host_keys, records
from portal import clock, wakeups
from portal.activity import transaction
from portal.people.models import User

WAKE = "pre-flight"
LOST_AFTER = dt.timedelta(seconds=60)  # longer than one can take
HASTE_LOST_AFTER = dt.timedelta(seconds=20)


def ask(host: Host, by: User) -> None:
    """A worker asks the host what it offers, without a login. Raises Refusal while
    one is under way."""
    with transaction.atomic():
        asked = Host.objects.filter(pk=host.pk, pre_flight_asked_at=None).update(
            pre_flight_asked_at=clock.real_now(), pre_flight_began_at=None
        )
        if not asked:
            raise Refusal(
                f"A pre-flight of {host} is under way.",
                "A second one would say the same.",
                "Wait for its outcome on this page.",
            )
        wakeups.wake(WAKE, host.pk)
        told = f"Ask for pre-flight of [{host}]"
        records.of_facility(host.facility, told, by=by)


def run(host_pk: uuid.UUID) -> None:
    """Make the pre-flight that was asked for; a doubled message does nothing."""
    if not _claim(host_pk):
        return
    host = Host.objects.select_related("facility").get(pk=host_pk)
    try:
        host_keys.pre_flight(host, clock.now())
    except Refusal as no:
        # Kept too: who asked sees why nothing was learned.
        PreFlight.objects.create(host=host, at=clock.now(), missing=str(no))
    finally:
        Host.objects.filter(pk=host_pk).update(
            pre_flight_asked_at=None, pre_flight_began_at=None
        )


def sweep() -> None:
    """Wake again for what no worker has begun, or one has begun and left."""
    now = clock.real_now()
    asked = Host.objects.filter(pre_flight_asked_at__lt=now - HASTE_LOST_AFTER)
    for pk in asked.filter(_free(now)).values_list("pk", flat=True)[:100]:
        with transaction.atomic():
            wakeups.wake(WAKE, pk)


def _claim(host_pk: uuid.UUID) -> bool:
    now = clock.real_now()
    asked = Host.objects.filter(pk=host_pk, pre_flight_asked_at__isnull=False)
    return asked.filter(_free(now)).update(pre_flight_began_at=now) == 1


def _free(now: dt.datetime) -> Q:
    return Q(pre_flight_began_at=None) | Q(pre_flight_began_at__lt=now - LOST_AFTER)
