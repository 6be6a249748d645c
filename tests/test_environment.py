"""The cast and the database of the tests stand, and fall with whoever runs them."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from portal.people.models import Role, User


def test_alice_is_an_operator_at_cp00010(alice: User) -> None:
    membership = alice.memberships.get()
    assert membership.roles == {Role.OPERATOR}
    assert membership.participant.code == "CP00010"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends an orphan")
def test_a_test_run_that_is_killed_leaves_no_redis_behind(tmp_path: Path) -> None:
    here = {k: v for k, v in os.environ.items() if k != "TEST_REDIS_URL"}
    here["TMPDIR"] = str(tmp_path)  # where its folder stays behind
    run = subprocess.Popen(
        [sys.executable, "-c", "import tests.environment; print(flush=True); input()"],
        env=here,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with run:
        assert run.stdout
        run.stdout.readline()
        (redis,) = psutil.Process(run.pid).children()
        run.kill()
    redis.wait(10)
