"""A site with an exchange in a box, both workers and beat; clocks that go together."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import StorageState

from tests.browser.keys.rehearsal.account import Account
from tests.browser.keys.rehearsal.hkex import DAY, Hkex
from tests.browser.site import Site
from tests.sandbox.processes import beat, hosts, sandbox, worker

BACKSTAGE = "tests.browser.keys.rehearsal.backstage"
QUICK = {
    "RESULT_FIRST_SECONDS": "0.3",
    "RESULT_EVERY_SECONDS": "0.3",
    "RESULT_DEADLINE_SECONDS": "30",
    "SWEEP_SECONDS": "1",
}


@pytest.fixture(scope="package")
def site() -> Iterator[Site]:
    with Site(**QUICK) as running:
        yield running


@pytest.fixture(scope="package")
def _states() -> dict[str, StorageState]:
    return {}


@pytest.fixture(scope="package")
def running_hkex(site: Site) -> Hkex:
    """It stops with the site, as the workers do."""
    state = site.var / "sandbox"
    free = ("--port", "0", "--control-port", "0", "--smtp-port", "0", "--block", "90")
    site.run("-m", "sandbox", "init", "--state", str(state), *free)
    site.start(*sandbox(state))
    control = Hkex(state)
    control.wait(60)
    site.call(f"{BACKSTAGE}:cast", hosts(state))
    for queue in ("visits", "quick"):
        site.start(*worker(queue))
    site.start(*beat(site.var))
    return control


@pytest.fixture
def hkex(running_hkex: Hkex) -> Iterator[Hkex]:
    """With every fault switched off again afterwards."""
    yield running_hkex
    running_hkex.no_faults()


@pytest.fixture
def days_later(site: Site, hkex: Hkex) -> Iterator[Callable[[int], None]]:
    """`days_later(400)` from the real day on, at the portal and at HKEX."""

    def move(days: int) -> None:
        hkex.move_clock(days * DAY)
        site.call(f"{BACKSTAGE}:move_clock", days * DAY)

    yield move
    move(0)


@pytest.fixture
def account(site: Site, hkex: Hkex, request: pytest.FixtureRequest) -> Account:
    """A login of its own for each test."""
    return Account(site, hkex, f"hkidr.{request.node.name[5:40].replace('_', '-')}")
