"""How much of FINI's permitted rate a worker uses, and that it never uses more.

`python -m bench.fini_budget [--quick]` prints one JSON object. The gateway permits 60
requests a minute of a machine, and so does the portal; one worker asks as fast as it
may for three such minutes, by the client and the slots that a batch is sent with.
"""

import argparse
import json
import sys
from typing import Any

from bench import gateway_site

PERMITTED = 60  # in any 60 seconds
SHARE = 0.95
MINUTES, QUICK = 3, 2
BENCH = "bench.fini_budget"


def main() -> int:
    """1 when a target is missed, or more was asked than is permitted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two minutes, not three")
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        print(json.dumps(_work(given.worker)))
        return 0
    minutes = QUICK if given.quick else MINUTES
    with gateway_site.running(per_machine=PERMITTED) as (site, gateway):
        done = gateway_site.work(site, BENCH, minutes)
        counted = gateway.call("GET", "counters")
    most = max(counted["most_a_minute"]["machines"].values())
    told = {
        "bench": "fini_budget",
        "permitted_a_minute": PERMITTED,
        "calls": done["calls"],
        "seconds": round(done["seconds"], 1),
        "share_of_permitted": round(done["share"], 3),
        "most_in_any_minute": most,
        "refused_429": counted["throttled"],
        "targets": {"share_of_permitted": SHARE, "most_in_any_minute": PERMITTED},
    }
    print(json.dumps(told))
    return int(done["share"] < SHARE or most > PERMITTED or counted["throttled"] > 0)


def _work(minutes: int) -> dict[str, Any]:
    """In the portal: queries, until so many minutes' calls are made. `share` is of the
    windows that were filled: the calls of the first come all at once."""
    import datetime as dt
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from fini import calls
    from fini.models import GatewayCall, Profile
    from fini.services.connections import client_of
    from tests.fini.sending_builders import IPO

    profile = Profile.objects.select_related("participant", "company_id").get()
    client = client_of(profile)
    for _ in range(PERMITTED * minutes):
        client.read(calls.subscriptions(ipo_id=IPO, size=1))
    at = list(GatewayCall.objects.order_by("at").values_list("at", flat=True))
    # Between the first calls of two windows lies what one window took.
    windows = range(0, len(at) - PERMITTED, PERMITTED)
    spent = [at[first + PERMITTED] - at[first] for first in windows]
    seconds = sum(spent, dt.timedelta()).total_seconds() or 1
    return {
        "calls": len(at),
        "seconds": (at[-1] - at[0]).total_seconds(),
        "share": len(spent) * 60 / seconds,
    }


if __name__ == "__main__":
    sys.exit(main())
