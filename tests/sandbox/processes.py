"""Workers, beat and sandbox as processes of their own, on the test's database."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
CELERY = (sys.executable, "-m", "celery", "-q", "-A")
POOL = ("--pool", "threads", "--prefetch-multiplier", "1")
ALONE = ("--without-gossip", "--without-mingle", "--loglevel", "INFO")


def worker(queue: str, app: str = "portal", concurrency: int = 4) -> list[str]:
    """As in the Procfile."""
    name = ("-n", f"{queue}@test", "-Q", queue)
    pool = (*POOL, "--concurrency", str(concurrency))
    return [*CELERY, app, "worker", *name, *pool, *ALONE]


def beat(folder: Path) -> list[str]:
    return [*CELERY, "portal", "beat", "--pidfile=", "-s", str(folder / "beat")]


def sandbox(state: Path) -> list[str]:
    return [sys.executable, "-m", "sandbox", "serve", "--state", str(state)]


def database_url() -> str:
    """Of the test's own database, for another process."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    who = f"{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT']}"
    return f"postgres://{who}/{found['NAME']}"


class Processes:
    """A context manager: what it started is gone when it ends, by its own id."""

    def __init__(self, folder: Path, **environment: object) -> None:
        self._folder = folder
        self._environment = os.environ | {
            "DATABASE_URL": database_url(),
            "REDIS_URL": settings.REDIS_URL,
            "LOG_LEVEL": "INFO",
            **{name: str(value) for name, value in environment.items()},
        }
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self._running):
            self.kill(name)

    def start(self, name: str, command: list[str]) -> None:
        with self._log(name).open("ab") as log:
            self._running[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def kill(self, name: str) -> None:
        """SIGKILL: nothing is tidied up."""
        child = self._running.pop(name)
        child.kill()
        child.wait(10)

    def terminate(self, name: str, within: float = 30) -> int:
        """SIGTERM, and the exit code."""
        child = self._running.pop(name)
        child.terminate()
        return child.wait(within)

    def said(self, name: str) -> str:
        return self._log(name).read_text() if self._log(name).exists() else ""

    def _log(self, name: str) -> Path:
        return self._folder / f"{name}.log"


def hosts(state: Path) -> list[dict[str, Any]]:
    """ECP's as sandbox.json has them, with the real ports."""
    found: list[dict[str, Any]] = _config(state)["hosts"]
    return [host for host in found if host["platform"] == "ECP"]


def _config(state: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((state / "sandbox.json").read_text())
    return read


class Control:
    """The HTTP control of a sandbox that is a process."""

    def __init__(self, state: Path) -> None:
        self._state = state

    def faults(self, **wanted: Any) -> None:
        self._call("POST", "faults", wanted)

    def receptions(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._call("GET", "receptions")["receptions"]
        return found

    def publish(self, files: list[dict[str, Any]]) -> None:
        self._call("POST", "publish", {"files": files})

    def distributed(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._call("GET", "distributed")["files"]
        return found

    def counters(self) -> dict[str, Any]:
        found: dict[str, Any] = self._call("GET", "counters")
        return found

    def wait(self, within: float = 15) -> None:
        """Until it answers."""
        deadline = time.monotonic() + within
        while True:
            try:
                self._call("GET", "state")
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        control = _config(self._state)["control"]
        request = urllib.request.Request(
            f"{control['url']}/control/{path}",
            data=json.dumps(body).encode() if body is not None else None,
            headers={"Authorization": f"Bearer {control['token']}"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.loads(answer.read())
