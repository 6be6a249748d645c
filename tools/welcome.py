"""Waits until everything that `make run` started answers, then prints the box."""

import json
import os
import socket
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE = 60.0
WORKERS = {"visits", "quick"}


def main() -> int:
    """Print the box, or name what does not answer."""
    deadline = time.monotonic() + PATIENCE
    waiting = {
        "the pages": pages_answer,
        "the sandbox": sandbox_answers,
        "the workers": workers_answer,
    }
    while waiting and time.monotonic() < deadline:
        waiting = {name: asks for name, asks in waiting.items() if not asks()}
        time.sleep(0.2)
    if waiting:
        sys.stderr.write(
            f"After {PATIENCE:.0f} s there is no answer from {', '.join(waiting)}: "
            "the lines above say why.\n"
        )
        return 1
    sys.stdout.write(box(lines()))
    sys.stdout.flush()
    return 0


def answers(ask: Callable[[], bool]) -> Callable[[], bool]:
    def asked() -> bool:
        try:
            return ask()
        except OSError:
            return False

    return asked


@answers
def pages_answer() -> bool:
    url = f"http://127.0.0.1:{os.environ['PORT']}/accounts/login/"
    with urllib.request.urlopen(url, timeout=5) as page:
        return bool(page.status == 200)


@answers
def sandbox_answers() -> bool:
    host = sandbox()["hosts"][0]
    with socket.create_connection((host["address"], host["port"]), 2) as line:
        return line.recv(4) == b"SSH-"


def workers_answer() -> bool:
    """Every worker answers a ping over the broker."""
    from kombu.exceptions import OperationalError

    from portal.celery import app

    try:
        replies = app.control.ping(timeout=1.0) or []
    except OperationalError:
        return False
    return {name.split("@")[0] for reply in replies for name in reply} >= WORKERS


def sandbox() -> dict[str, Any]:
    path = Path(os.environ["SANDBOX_STATE"]) / "sandbox.json"
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def lines() -> list[str]:
    control = sandbox()["control"]
    return [
        *os.environ["SIGN_INS"].splitlines(),
        "",
        f"The exchange in a box: {control['url']}/?token={control['token']}",
        "Ctrl-C stops everything; the data stays in var/.",
    ]


def box(texts: list[str]) -> str:
    width = max(len(text) for text in texts)
    rule = "─" * (width + 2)
    body = "".join(f"│ {text:<{width}} │\n" for text in texts)
    return f"\n┌{rule}┐\n{body}└{rule}┘\n"


if __name__ == "__main__":
    sys.exit(main())
