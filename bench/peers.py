"""The other clients, in the same run: OpenSSH's `sftp`, and lftp where it is there."""

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paramiko

from bench import sshd
from portal.exchange.session import Host, Login, Session, connect

_QUIET = ("-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null")


def sftp_seconds(
    server: sshd.Sshd, port: int, batch: str, cipher: str | None = None
) -> float:
    """How long `sftp -b` takes for a batch, its login not counted; by the cipher of its
    own choice unless told."""
    chosen = ("-c", cipher) if cipher else ()
    whole = _sftp(server, port, batch, chosen)
    return whole - _sftp(server, port, "pwd\n", chosen)


def _sftp(
    server: sshd.Sshd, port: int, batch: str, options: tuple[str, ...] = ()
) -> float:
    command = [str(sshd.SFTP), "-q", "-b", "-", "-P", str(port), *options, *_QUIET]
    command += ["-oLogLevel=ERROR", "-i", str(server.client_key)]
    began = time.perf_counter()
    subprocess.run(
        [*command, f"{server.login_id}@127.0.0.1"],
        input=batch.encode(),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - began


def checked_seconds(path: Path) -> float:
    """How long `sha256sum` and an fsync take for a file that was just fetched."""
    began = time.perf_counter()
    subprocess.run(["sha256sum", str(path)], check=True, stdout=subprocess.DEVNULL)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return time.perf_counter() - began


def lftp_seconds(
    server: sshd.Sshd, port: int, source: Path, target: Path
) -> float | None:
    """A folder with four connections, its logins counted; None without lftp."""
    if shutil.which("lftp") is None:
        return None
    ssh = " ".join(
        ["ssh -a -x -i", str(server.client_key), *_QUIET, "-oLogLevel=ERROR"]
    )
    script = (
        f"set sftp:connect-program '{ssh}'; set sftp:auto-confirm yes; "
        f"open -u {server.login_id}, -p {port} sftp://127.0.0.1; "
        f"mirror --parallel=4 --no-perms {source} {target}"
    )
    began = time.perf_counter()
    subprocess.run(
        ["lftp", "--norc", "-c", script], check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - began


@contextmanager
def far_away(port: int, round_trip: float) -> Iterator[int]:
    """bench.far in a process of its own, so that it takes none of our time."""
    command = [sys.executable, "-m", "bench.far", str(port), str(round_trip)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as proxy:
        assert proxy.stdout is not None
        assert proxy.stdin is not None
        yield int(proxy.stdout.readline())
        proxy.stdin.close()


def work(module: str, server: sshd.Sshd, port: int, *arguments: object) -> list[float]:
    """What `module --worker` prints in a process of its own."""
    command = [sys.executable, "-m", module, "--worker", str(port), server.host_key]
    command += [server.login_id, str(server.client_key), *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: list[float] = json.loads(done.stdout)
    return found


def logged_in(port: str, host_key: str, login_id: str, key: str) -> Session:
    """In the worker, from its first arguments."""
    host = Host("127.0.0.1", int(port), host_key)
    return connect(host, Login(login_id, paramiko.RSAKey.from_private_key_file(key)))


def peak_mb() -> float:
    """This process's memory at its highest."""
    # Linux counts kB, macOS bytes.
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def paired(ours: list[float], peer: list[float]) -> float:
    """How many times as long as ours the peer took: the median over the rounds."""
    return round(statistics.median(b / a for a, b in zip(ours, peer, strict=True)), 3)
