"""Where `make run` keeps its things: the ports, the folders, the run lock."""

import fcntl
import os
import sys
from pathlib import Path
from typing import NoReturn, TextIO

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
# Raised when what lies in var/ can no longer be brought up to date by migrations.
FORMAT = "2"


def port(name: str, default: int) -> int:
    """A port of the environment, or one sentence."""
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        refuse(f"{name} is {text!r}: it must be a number from 1 to 65535.")
    return int(text)


def hold_lock() -> TextIO:
    """The lock of a running portal, free again when the last of its processes ends."""
    lock = (VAR / "run.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        refuse(f"The portal is running in {VAR}: stop it first with Ctrl-C there.")
    return lock


def refuse(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(1)
