"""The expiry page with 2,000 credentials, and the evaluation of their alerts.

`python -m bench.expiry [--quick]` prints one JSON object. Times are the server's own:
the whole request through the middleware, no network.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from tests.browser.site import Site

CREDENTIALS, ACCOUNTS = 2000, 1000
PAGE_MS, EVALUATION_MS = 150, 2000
BENCH = "bench.expiry"


def main() -> int:
    """1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20 readings, not 200")
    readings = 20 if parser.parse_args().quick else 200
    with Site(LOG_LEVEL="ERROR") as site:
        site.call("tests.browser.scenes:cast")
        site.call(f"{BENCH}:fill")
        first = site.call(f"{BENCH}:evaluation")
        again = [site.call(f"{BENCH}:evaluation") for _ in range(5)]
        page, cpu = site.call(f"{BENCH}:page", readings)
    told = {
        "bench": "expiry",
        "credentials": CREDENTIALS,
        "page_ms": {"p50": _part(page, 50), "p95": _part(page, 95)},
        "page_cpu_ms": {"p50": _part(cpu, 50), "p95": _part(cpu, 95)},
        "evaluation_ms": {"first": round(first), "later": _part(again, 95)},
        "targets": {"page_p95": PAGE_MS, "evaluation": EVALUATION_MS},
    }
    print(json.dumps(told))
    return int(_part(page, 95) > PAGE_MS or first > EVALUATION_MS)


def fill() -> None:
    """Two keys of each of 1,000 accounts, ends spread over two years."""
    import datetime as dt

    from keys.models import SftpAccount, SshKey, Taken
    from portal import clock
    from portal.people.models import Participant
    from tests.keys.keyfiles import public_key
    from tests.keys.views import builders

    participant = Participant.objects.get(code="CP00010")
    facility, today, now = builders.facility("RAP"), clock.today(), clock.now()
    accounts = [
        SftpAccount(facility=facility, participant=participant, login_id=f"DC{n:05}")
        for n in range(ACCOUNTS)
    ]
    SftpAccount.objects.bulk_create(accounts, batch_size=500)
    line = public_key("RRS", seed=1).openssh_line
    keys = []
    for number, account in enumerate(accounts):
        renewed = today - dt.timedelta(number * 13 % 7)
        old = today - dt.timedelta(60 + number % 600)
        for on, taken in ((old, Taken.REGISTERED), (renewed, Taken.RENEWED)):
            keys.append(
                SshKey(
                    account=account,
                    public_line=line,
                    fingerprint_md5=f"{number:04x}:{taken}",
                    fingerprint_sha256="",
                    bits=2048,
                    sealed_private=b"sealed" * 400,
                    created_at=now,
                    registered_on=on,
                    taken=taken,
                    taken_at=now - (today - on),
                    proved_at=now if taken == Taken.REGISTERED else None,
                )
            )
    SshKey.objects.bulk_create(keys, batch_size=500)


def evaluation() -> float:
    """Milliseconds."""
    from keys.services import expiries
    from portal import clock

    return _timed(lambda: expiries.evaluate(clock.now()))


def page(readings: int) -> tuple[list[float], list[float]]:
    """By the wall's clock and by the processor's, which a busy machine delays less."""
    from django.test import Client

    import portal.asgi  # noqa: F401  (the web process begins so)
    from portal.people.models import User

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="charlie"))

    def read() -> int:
        return int(client.get("/p/CP00010/expiry/").status_code)

    if read() != 200:
        raise RuntimeError("the page does not answer")
    wall, cpu = [], []
    for _ in range(readings):
        begun = time.process_time()
        wall.append(_timed(read))
        cpu.append((time.process_time() - begun) * 1000)
    return wall, cpu


def _timed(act: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def _part(found: list[float], percent: int) -> int:
    return round(statistics.quantiles(found, n=100, method="inclusive")[percent - 1])


if __name__ == "__main__":
    sys.exit(main())
