"""Web, workers and beat each refuse an unsafe real deployment by themselves."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.real_environment import variables

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = {
    "web": ["uvicorn", "portal.asgi:application", "--port", "0"],
    "worker": ["celery", "-q", "-A", "portal", "worker", "--pool", "solo"],
    "beat": ["celery", "-q", "-A", "portal", "beat", "--pidfile="],
}


def start(program: str, folder: Path, **wrong: str) -> subprocess.CompletedProcess[str]:
    """The program's end in a real deployment on an unmigrated SQLite."""
    folder.chmod(0o700)
    right = variables(str(folder)) | {
        "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3",
        "SINGLE_HOST": "1",
    }
    return subprocess.run(
        [sys.executable, "-m", *PROGRAMS[program]],
        cwd=ROOT,
        env=os.environ | right | wrong,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("program", PROGRAMS)
def test_each_program_ends_and_names_every_fault(program: str, tmp_path: Path) -> None:
    ended = start(program, tmp_path, EMAIL_URL="", BASE_URL="http://portal.example.com")
    assert ended.returncode != 0
    for fault in ("portal.E003", "portal.E005", "portal.E010", "smtp+tls://"):
        assert fault in ended.stderr


def test_no_secret_is_in_what_it_says(tmp_path: Path) -> None:
    key = "k" * 20
    ended = start("worker", tmp_path, SECRET_KEY=key, REDIS_URL=f"redis://:{key}@h/0")
    assert "portal.E002" in ended.stderr
    assert "portal.E012" in ended.stderr
    assert key not in ended.stderr + ended.stdout
