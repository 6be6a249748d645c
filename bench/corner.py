"""The Download Corner with 1,000,000 kept files: each filter, alone and together.

`python -m bench.corner [--quick]` prints one JSON object. Times are the server's own:
the whole request through the middleware, no network. Runs on SQLite, and again on the
server that TEST_DATABASE_URL names, in a database of its own. cpu_ms is what this
process itself worked for a page: on a machine that others use, too, it tells more.
"""

import argparse
import json
import os
import statistics
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.browser.site import Site

SERVER = os.environ.get("TEST_DATABASE_URL", "")
TARGET_MS = 100
FILES, FEW = 1_000_000, 50_000
BENCH, FILL = "bench.corner", "bench.corner_fill"
ADDRESS = "/p/CP00010/downloads/"
# Rare and frequent values, alone and together; words that match nothing, a million
# times, on one day; pairs that never meet; dates near and far; deep pages.
QUERIES = [
    "",
    "platform=RAP",
    "platform=ECP",
    "subject=BCAN-CID+Response+File",
    "subject=Rare+report",
    "state=kept",
    "state=purged",
    "state=vanished",
    "state=seen",
    "identity={ce}",
    "identity={old}",
    "platform=ECP&identity={dcass}",
    "platform=RAP&subject=BCAN-CID+Response+File",
    "platform=RAP&state=vanished",
    "platform=ECP&state=purged&identity={firm}",
    "identity={old}&state=vanished&platform=ECP",
    "subject=BCAN-CID+Response+File&identity={ce}&state=kept&platform=ECP",
    "from=2025-03-01&to=2025-03-01",
    "from=2025-03-01&to=2025-09-30&platform=RAP&state=vanished",
    "from=2025-03-01&to=2025-03-02&subject=Rare+report",
    "from=2030-01-01",
    "q=202",
    "q=HBCN",
    "q=HBCNMPRP",
    "q=nothinglikethis",
    "q=20250301",
    "q=202503",
    "q=AAA000+20250301",
    "q=zz",
    "q=H",
    "q=%25_%22+OR+1%3D1",
    "q=HBCN&platform=RAP",
    "q=RPI&identity={ce}",
    "q=202503&state=vanished",
    "q=Rare&platform=RAP",
    "q=HBCN&state=purged&platform=ECP&identity={firm}",
    "q=202&from=2025-03-01&to=2025-03-31",
    "q=TP001&from=2025-03-01&to=2025-12-31&identity={dcass}&platform=RAP&state=kept",
    "older={deep}",
    "older={deep}&platform=RAP",
    "older={deep}&q=HBCN",
    "older={deep}&q=202503&state=kept",
    "newer={deep}&platform=ECP",
    "size=50",
    "size=50&q=HBCNRSLT",
]


def main() -> int:
    """1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="50,000 files, not 1e6")
    parser.add_argument("--each", action="store_true", help="tell of each query")
    parser.add_argument("--only", default="", help="sqlite or postgresql")
    given = parser.parse_args()
    missed = 0
    for name in ("sqlite", "postgresql"):
        if given.only not in ("", name) or (name == "postgresql" and not SERVER):
            continue
        with _database(name) as environment:
            told = _measured(environment, FEW if given.quick else FILES)
        slow = told.pop("queries")
        if given.each:
            print(json.dumps(slow, indent=1), file=sys.stderr)
        print(json.dumps({"bench": "corner", "database": name, **told}))
        missed += told["page_ms"]["p95"] > TARGET_MS
    return int(missed > 0)


@contextmanager
def _database(name: str) -> Iterator[dict[str, str]]:
    """On the server, one that is dropped afterwards."""
    if name == "sqlite":
        yield {}
        return
    made = f"bench_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(SERVER, autocommit=True) as link:
        link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(made)))
        try:
            address = urlsplit(SERVER)._replace(path=f"/{made}").geturl()
            yield {"DATABASE_URL": address}
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            link.execute(drop.format(sql.Identifier(made)))


def _measured(environment: dict[str, str], files: int) -> dict[str, Any]:
    with Site(LOG_LEVEL="ERROR", **environment) as site:
        site.call("tests.browser.scenes:cast")
        begun = time.perf_counter()
        values = site.call(f"{FILL}:fill", files)
        filled = time.perf_counter() - begun
        queries = [query.format(**values) for query in QUERIES]
        found = site.call(f"{BENCH}:pages", queries, 5)
    everything = [wall for times in found.values() for wall, _ in times]
    worked = [cpu for times in found.values() for _, cpu in times]
    return {
        "files": files,
        "filled_s": round(filled),
        "queries": {q: round(max(times)[0]) for q, times in found.items()},
        "page_ms": {"p50": _part(everything, 50), "p95": _part(everything, 95)},
        "cpu_ms": {"p50": _part(worked, 50), "p95": _part(worked, 95)},
        "slowest": max(found, key=lambda query: max(found[query])),
        "slowest_ms": round(max(everything)),
        "targets": {"page_p95": TARGET_MS},
        "load": round(os.getloadavg()[0], 1),
    }


def pages(queries: list[str], readings: int) -> dict[str, list[tuple[float, float]]]:
    """Milliseconds of each reading, by the clock and by the processor."""
    from django.test import Client

    from portal.people.models import User

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="dora"))
    _timed(client, "")
    return {
        query: [_timed(client, query) for _ in range(readings)] for query in queries
    }


def _timed(client: Any, query: str) -> tuple[float, float]:
    begun, worked = time.perf_counter(), time.process_time()
    answer = client.get(f"{ADDRESS}?{query}")
    spent = (time.perf_counter() - begun) * 1000
    worked = (time.process_time() - worked) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{query}: {answer.status_code}")
    return spent, worked


def _part(found: list[float], percent: int) -> int:
    return round(statistics.quantiles(found, n=100, method="inclusive")[percent - 1])


if __name__ == "__main__":
    sys.exit(main())
