"""A whole portal of its own: folder, Redis, database file, web server, processes.

`python -m tests.browser.backstage` runs beside it and calls our services there, so
that a test changes the portal's database without sharing its own with it.
"""

import atexit
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.bundled import redis_server, redis_socket

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 30.0
PASSWORD = "correct horse battery staple"  # of everyone in the cast


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """`with Site() as site:` then site.url, site.call(...), site.start(...)."""

    def __init__(self, **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.var = Path(tempfile.mkdtemp(prefix="portal-site-"))
        self.environment = _clean_environment() | {
            "VAR_DIR": str(self.var),
            "DATABASE_URL": f"sqlite:///{self.var}/portal.sqlite3",
            "DEPLOYMENT": "sandbox",
            "BASE_URL": self.url,
            "ENV_FILE": str(self.var / "no.env"),
            "LOG_LEVEL": "WARNING",
            **environment,
        }
        self._is_usual = "DATABASE_URL" not in environment
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> "Site":
        try:
            if self._is_usual:
                shutil.copytree(_prepared(), self.var, dirs_exist_ok=True)
            else:
                self.prepare()
            self.redis = self.start_redis()
            self.web = self.start_web()
            self._backstage = self._start_backstage()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for child in reversed(self._running):
            child.terminate()
        for child in self._running:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            for pipe in filter(None, (child.stdin, child.stdout)):
                pipe.close()
        shutil.rmtree(self.var, ignore_errors=True)

    def prepare(self) -> None:
        """Its tables and its static files."""
        for command in (["migrate", "-v0"], ["collectstatic", "-v0", "--noinput"]):
            self.run("manage.py", *command)

    def run(self, *command: str) -> None:
        """A Python command of the project, to its end."""
        subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=self.environment, check=True
        )

    def start(self, *command: str, **pipes: Any) -> "subprocess.Popen[bytes]":
        """A process of the project (a worker, the sandbox); stopped with the site."""
        child = subprocess.Popen(command, cwd=ROOT, env=self.environment, **pipes)
        self._running.append(child)
        return child

    def start_redis(self) -> "subprocess.Popen[bytes]":
        path = redis_socket(self.var)
        server = redis_server() or "redis-server"
        child = self.start(
            *(server, "--port", "0", "--unixsocket", str(path), "--save", ""),
            stdout=subprocess.DEVNULL,
        )
        self._wait_for(path.exists)
        return child

    def start_web(self) -> "subprocess.Popen[bytes]":
        child = self.start(
            *(sys.executable, "-m", "uvicorn", "portal.asgi:application"),
            *("--host", "127.0.0.1", "--port", str(self.port)),
            *("--timeout-graceful-shutdown", "2", "--log-level", "warning"),
        )
        self._wait_for(self._answers)
        return child

    def stop(self, child: "subprocess.Popen[bytes]") -> None:
        child.terminate()
        child.wait(10)
        self._running.remove(child)

    def call(self, function: str, *args: Any, **kwargs: Any) -> Any:
        """Call "module:function" backstage, in the portal's own database."""
        pipe = self._backstage
        assert pipe.stdin is not None
        assert pipe.stdout is not None
        pipe.stdin.write(json.dumps([function, args, kwargs]).encode() + b"\n")
        pipe.stdin.flush()
        line = pipe.stdout.readline()
        if not line:
            raise RuntimeError(f"{function} ended the backstage")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(f"{function}: {answer['error']}")
        return answer["value"]

    def _start_backstage(self) -> "subprocess.Popen[bytes]":
        return self.start(
            *(sys.executable, "-m", "tests.browser.backstage"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health/", timeout=1) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _wait_for(self, is_so: Any) -> None:
        deadline = time.monotonic() + STARTS_WITHIN
        while not is_so():
            if time.monotonic() > deadline:
                raise TimeoutError("the site did not start in time")
            time.sleep(0.05)


@lru_cache(maxsize=1)
def _prepared() -> Path:
    """A folder to copy: making the tables takes longer than all the rest."""
    made = Site()
    atexit.register(shutil.rmtree, made.var, ignore_errors=True)
    made.prepare()
    return made.var


def _clean_environment() -> dict[str, str]:
    """Ours without what tests.environment set for the tests' own database."""
    ours = ("STATIC_MANIFEST", "VAR_DIR", "DATABASE_URL", "REDIS_URL")
    return {name: value for name, value in os.environ.items() if name not in ours}
