"""What `make test` says of a machine that lacks something."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SKIPPING = """
import pytest
from tests.conftest import *

def test_that_needs_a_thing():
    pytest.skip("no thing here")
"""


def run_skipping(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text("from tests.conftest import *\n")
    (folder / "test_it.py").write_text(SKIPPING)
    arguments = ["-m", "pytest", "-c", str(ROOT / "pyproject.toml"), str(folder)]
    return subprocess.run(
        [sys.executable, *arguments, "--rootdir", str(ROOT)],
        cwd=ROOT,
        env=os.environ | {"REQUIRE_ALL": "0"} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_skip_is_named_in_one_line(tmp_path: Path) -> None:
    run = run_skipping(tmp_path)
    assert run.returncode == 0
    assert "skipped 1: no thing here" in run.stdout


def test_a_skip_fails_where_everything_is_required(tmp_path: Path) -> None:
    run = run_skipping(tmp_path, REQUIRE_ALL="1")
    assert run.returncode == 1
    assert "REQUIRE_ALL=1 and skipped" in run.stdout


def test_a_test_that_uses_the_database_is_marked(
    request: pytest.FixtureRequest, db: None
) -> None:
    assert request.node.get_closest_marker("database")
