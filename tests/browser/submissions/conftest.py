"""A site with its own exchange: the sandbox and both workers are processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import StorageState

from tests.browser.site import Site
from tests.browser.submissions.journey import Journey, Switches
from tests.sandbox.processes import beat, hosts, sandbox, worker

BACKSTAGE = "tests.browser.submissions.backstage"
QUICK = {
    "RESULT_FIRST_SECONDS": "0.3",
    "RESULT_EVERY_SECONDS": "0.3",
    "RESULT_DEADLINE_SECONDS": "4",
    "SWEEP_SECONDS": "1",
    "STALL_SECONDS": "3",
}


@pytest.fixture(scope="package")
def site() -> Iterator[Site]:
    with Site(**QUICK) as running:
        yield running


@pytest.fixture(scope="package")
def _states() -> dict[str, StorageState]:
    return {}


@pytest.fixture(scope="package")
def running_box(site: Site) -> Switches:
    """The sandbox with an account, and the workers; they stop with the site."""
    state = site.var / "sandbox"
    free = ("--port", "0", "--control-port", "0", "--smtp-port", "0", "--block", "70")
    site.run("-m", "sandbox", "init", "--state", str(state), *free)
    site.start(*sandbox(state))
    control = Switches(state)
    control.wait()
    site.call(f"{BACKSTAGE}:exchange", hosts(state), str(state))
    for queue in ("visits", "quick"):
        site.start(*worker(queue))
    site.start(*beat(site.var))
    return control


@pytest.fixture
def box(running_box: Switches) -> Iterator[Switches]:
    """With every fault switched off again afterwards."""
    yield running_box
    running_box.no_faults()


@pytest.fixture
def journey(site: Site, box: Switches, tmp_path: Path) -> Journey:
    return Journey(site, tmp_path)
