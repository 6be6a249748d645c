"""Sites that are down on a schedule: primary, secondary or both, by the clock."""

from typing import Any

import pytest

from sandbox.inthread import SandboxThread
from tests.sandbox_own.builders import eventually
from tests.sandbox_own.client import BROKEN, drained
from tests.sandbox_own.conftest import Connect
from tests.sandbox_own.keykit import at
from tests.sandbox_own.test_control import Caller

DAY = "2026-03-03"
NOON: dict[str, Any] = {"since": f"{DAY}T12:00", "until": f"{DAY}T13:00"}


def reached(sandbox: SandboxThread, connect: Connect) -> list[bool]:
    """Whether the first host of the primary and of the secondary site let us in."""
    answers = []
    for host in (0, 2):
        try:
            connect(sandbox, host)
        except BROKEN:
            answers.append(False)
        else:
            answers.append(True)
    return answers


@pytest.mark.parametrize("how", ["refused", "closed"])
@pytest.mark.parametrize(
    ("site", "expected"),
    [
        ("primary", [False, True]),
        ("secondary", [True, False]),
        ("both", [False, False]),
    ],
)
def test_a_site_is_down_between_two_moments(
    sandbox: SandboxThread, connect: Connect, site: str, how: str, expected: list[bool]
) -> None:
    sandbox.outages(NOON | {"site": site, "how": how})
    seen = []
    for moment in ("11:59:50", "12:00:01", "12:59:50", "13:00:01"):
        at(sandbox, f"{DAY} {moment}")
        seen.append(reached(sandbox, connect))
    assert seen == [[True, True], expected, expected, [True, True]]


def test_an_outage_that_begins_ends_the_sessions(
    sandbox: SandboxThread, connect: Connect
) -> None:
    at(sandbox, f"{DAY} 11:59:59")
    sandbox.outages(NOON | {"site": "primary"})
    client = connect(sandbox)
    assert eventually(lambda: drained(client))


def test_an_outage_may_strike_one_platform_alone(
    sandbox: SandboxThread, connect: Connect
) -> None:
    sandbox.outages(NOON | {"site": "both", "platform": "RAP"})
    at(sandbox, f"{DAY} 12:30")
    assert reached(sandbox, connect) == [True, True]


def test_with_standby_the_secondary_wakes_when_the_primary_fails(
    sandbox: SandboxThread, connect: Connect
) -> None:
    sandbox.faults(standby=True)
    sandbox.outages(NOON | {"site": "primary"})
    seen = []
    for moment in ("11:00", "12:30"):
        at(sandbox, f"{DAY} {moment}")
        seen.append(reached(sandbox, connect))
    assert seen == [[True, False], [False, True]]


def test_a_schedule_is_set_and_told_over_the_control_api(
    sandbox: SandboxThread,
) -> None:
    caller = Caller(sandbox)
    wanted = {"outages": [NOON | {"site": "both"}]}
    assert caller.call("POST", "/control/outages", wanted)[0] == 200
    (told,) = caller.call("GET", "/control/outages")[1]["outages"]
    assert (told["site"], told["since"]) == ("both", f"{DAY}T12:00:00+08:00")
    caller.call("POST", "/control/outages", {"outages": []})
    assert caller.call("GET", "/control/outages")[1] == {"outages": []}


@pytest.mark.parametrize(
    "outage",
    [
        {"site": "primary"},
        NOON | {"site": "moon"},
        NOON | {"site": "both", "platform": "X"},
        NOON | {"site": "both", "until": f"{DAY}T11:00"},
        NOON | {"site": "both", "colour": "red"},
        NOON | {"site": "both", "since": "soon"},
    ],
)
def test_a_malformed_outage_is_refused(
    sandbox: SandboxThread, outage: dict[str, Any]
) -> None:
    wanted = {"outages": [outage]}
    assert Caller(sandbox).call("POST", "/control/outages", wanted)[0] == 400
