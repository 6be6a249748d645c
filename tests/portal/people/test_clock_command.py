"""`manage.py clock` moves the portal's and the exchange's clock together."""

import datetime as dt
import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from portal import clock
from sandbox.inthread import SandboxThread

BLOCK = 90 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
SOON = dt.timedelta(seconds=10)


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    settings.SANDBOX_STATE = tmp_path / "sandbox"


@pytest.fixture
def box(tmp_path: Path) -> Iterator[SandboxThread]:
    with SandboxThread(tmp_path / "sandbox", block=BLOCK) as running:
        yield running


def say(*arguments: str) -> str:
    out = StringIO()
    call_command("clock", *arguments, stdout=out)
    return out.getvalue()


def test_it_moves_both_clocks_to_a_moment_of_hong_kong(box: SandboxThread) -> None:
    said = say("2026-11-23 15:00")
    wanted = dt.datetime(2026, 11, 23, 15, tzinfo=clock.HONG_KONG)
    assert abs(clock.now() - wanted) < SOON
    assert abs(box.exchange.clock.now() - wanted) < SOON
    assert said.count("Mon 23 Nov 2026, 15:00:0") == 2


def test_it_adds_to_business_time_and_resets_both(box: SandboxThread) -> None:
    say("--add", "3d")
    say("--add=-1h")
    moved = dt.timedelta(days=2, hours=23)
    assert clock.offset() == moved
    assert box.exchange.clock.offset == moved
    assert "+0 s from the machine" in say("--reset")
    assert box.exchange.clock.offset == dt.timedelta(0)


def test_without_an_argument_it_only_tells(box: SandboxThread) -> None:
    clock.move_to(3600)
    said = say()
    assert "+3600 s" in said
    assert said.count("Hong Kong time") == 2
    assert box.exchange.clock.offset == dt.timedelta(0)


def test_an_exchange_that_does_not_run_moves_no_clock() -> None:
    with pytest.raises(CommandError, match=r"No clock was moved. Start everything"):
        say("--add", "3d")
    assert clock.offset() == dt.timedelta(0)
    assert "There is no exchange in a box" in say()


@pytest.mark.parametrize(
    "wrong", [["soon"], ["--add", "3 days"], ["0001-01-01"], ["--add", "999999w"]]
)
def test_what_is_no_time_moves_no_clock(box: SandboxThread, wrong: list[str]) -> None:
    with pytest.raises(CommandError, match=r"not moved|No clock was moved"):
        say(*wrong)
    assert clock.offset() == box.exchange.clock.offset == dt.timedelta(0)


def test_a_real_deployment_refuses(settings: Settings) -> None:
    settings.DEPLOYMENT = "real"
    with pytest.raises(CommandError, match="This deployment is real"):
        say("--reset")
