"""Listing 10,000 remote files over a round trip of 20 ms, when nothing is new.

`python -m bench.listing [--quick]` prints one JSON object.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench import peers, sshd

FILES, ROUND_TRIP = 10_000, 0.02
TARGET_SECONDS = 2.0


def main() -> int:
    """1 when the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round, not five")
    parser.add_argument("--worker", nargs="+", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        _work(*arguments.worker)
        return 0
    ours, peer = [], []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, sshd.running() as host:
        for number in range(FILES):
            (Path(folder) / f"report-{number:05}.txt").touch()
        with peers.far_away(host.port, ROUND_TRIP) as port:
            for _ in range(1 if arguments.quick else 5):
                ours += peers.work("bench.listing", host, port, folder)
                # -f: as the server has them; sorting is no part of it.
                peer.append(peers.sftp_seconds(host, port, f"ls -1f {folder}\n"))
    told = {
        "bench": f"listing-{FILES}-files",
        "ours": round(statistics.median(ours), 2),
        "peer": round(statistics.median(peer), 2),
        "ratio": peers.paired(ours, peer),
        "unit": "s",
        "peer_name": "OpenSSH sftp ls -1f",
        "target": TARGET_SECONDS,
        "round_trip_ms": round(ROUND_TRIP * 1000),
    }
    print(json.dumps(told))
    return int(statistics.median(ours) >= TARGET_SECONDS)


def _work(*arguments: str) -> None:
    *login, folder = arguments
    with peers.logged_in(*login) as session:
        began = time.perf_counter()
        found = session.listdir(folder)
        seconds = time.perf_counter() - began
    if len(found) != FILES:
        raise RuntimeError(f"{len(found)} names came")
    print(json.dumps([seconds]))


if __name__ == "__main__":
    sys.exit(main())
