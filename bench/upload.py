"""Uploading 700 MB through the portal's uploader and through OpenSSH's `sftp`.

`python -m bench.upload [--quick]` prints one JSON object a line.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path

from bench import peers, sshd

MB = 1_000_000


def main() -> None:
    """Alternate the two over several rounds, and print the medians."""
    arguments = _arguments()
    if arguments.worker:
        _work(*arguments.worker)
        return
    size, rounds = (100 * MB, 1) if arguments.quick else (700 * MB, 5)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, sshd.running() as host:
        source = Path(folder) / "source"
        _fill(source, size)
        pairs = [_round(host, source, Path(folder)) for _ in range(rounds)]
    ours, peer, peaks = zip(*pairs, strict=True)
    result = {
        "bench": f"upload-{size // MB}MB",
        "ours": round(statistics.median(ours), 1),
        "peer": round(statistics.median(peer), 1),
        "ratio": round(
            statistics.median(a / b for a, b in zip(ours, peer, strict=True)), 3
        ),
        "unit": "MB/s",
        "peer_name": "OpenSSH sftp, by our cipher",
        "worker_peak_mb": round(max(peaks), 1),
    }
    print(json.dumps(result))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100 MB, one round")
    parser.add_argument("--worker", nargs="+", help=argparse.SUPPRESS)
    return parser.parse_args()


def _fill(path: Path, size: int) -> None:
    with path.open("wb") as file:
        for _ in range(size // MB):
            file.write(os.urandom(MB))


def _round(host: sshd.Sshd, source: Path, folder: Path) -> tuple[float, float, float]:
    """MB/s of ours, MB/s of the peer, our worker's peak in MB."""
    target = folder / "ours"
    ours, peak = peers.work("bench.upload", host, host.port, source, target)
    _same(source, target)
    target.unlink()
    peer = _by_sftp(host, source, folder / "peer")
    return ours, peer, peak


def _work(*arguments: str) -> None:
    """One upload in a process of its own; the login is not timed, for either."""
    *login, source, target = arguments
    size = Path(source).stat().st_size
    with peers.logged_in(*login) as session, Path(source).open("rb") as file:
        done = session.upload(file, target, size, before_open=lambda: None)
    print(json.dumps([size / MB / done.seconds, peers.peak_mb()]))


def _by_sftp(host: sshd.Sshd, source: Path, target: Path) -> float:
    batch = f"put {source} {target}\n"
    seconds = peers.sftp_seconds(host, host.port, batch, sshd.OUR_CIPHER)
    target.unlink()
    return source.stat().st_size / MB / seconds


def _same(one: Path, other: Path) -> None:
    subprocess.run(["cmp", "--silent", str(one), str(other)], check=True)


if __name__ == "__main__":
    main()
