"""The only source of business time; in a sandbox deployment it can be moved.

The offset is one small file under VAR_DIR, so that web, workers and beat agree.
Leases and sweeps do not use this clock but the database's real time.
"""

import datetime as dt
import os
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
FURTHEST = dt.timedelta(days=3660)  # a rehearsal sees keys expire, not centuries


def now() -> dt.datetime:
    """Business time, aware, in UTC."""
    return dt.datetime.now(dt.UTC) + offset()


def today() -> dt.date:
    """The Hong Kong day of business time."""
    return now().astimezone(HONG_KONG).date()


def real_now() -> dt.datetime:
    """Machine time, aware: for leases, throttles and mail retries only."""
    return dt.datetime.now(dt.UTC)


def offset() -> dt.timedelta:
    """How far business time is ahead of the machine's; zero in a real deployment,
    and when the file is not there or makes no sense."""
    if settings.DEPLOYMENT != "sandbox":
        return dt.timedelta(0)
    try:
        moved = dt.timedelta(seconds=int(_offset_path().read_text(encoding="ascii")))
    except (FileNotFoundError, ValueError, OverflowError):
        return dt.timedelta(0)
    return moved if abs(moved) <= FURTHEST else dt.timedelta(0)


def move_to(offset_seconds: int) -> None:
    """Set business time ahead of machine time (behind it, when negative). Raises
    RuntimeError when the deployment is real, ValueError past ten years."""
    if settings.DEPLOYMENT != "sandbox":
        raise RuntimeError("Only a sandbox deployment may move its clock.")
    if abs(offset_seconds) > FURTHEST.total_seconds():
        raise ValueError("The clock moves ten years at most.")
    target = _offset_path()
    with tempfile.NamedTemporaryFile(
        "w", dir=target.parent, prefix=target.name, delete=False
    ) as part:
        part.write(str(int(offset_seconds)))
    os.replace(part.name, target)


def _offset_path() -> Path:
    return Path(settings.VAR_DIR) / "clock-offset"
