"""A site with the FINI gateway in a box, and the worker that calls it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import StorageState

from tests.browser.fini.hkex import Fini
from tests.browser.site import Site, free_port
from tests.sandbox.processes import sandbox, worker

BACKSTAGE = "tests.browser.fini.backstage"


@pytest.fixture(scope="package")
def site() -> Iterator[Site]:
    """Its processes know where the gateway is going to be."""
    made, port = Site(), free_port()
    made.environment |= {
        "FINI_SANDBOX_URL": f"https://127.0.0.1:{port}",
        "FINI_SANDBOX_CA_FILE": str(made.var / "sandbox" / "gateway" / "ca.pem"),
        "GATEWAY_PORT": str(port),
    }
    with made as running:
        running.call("tests.browser.scenes:cast")
        running.call(f"{BACKSTAGE}:company_id")
        yield running


@pytest.fixture(scope="package")
def _states() -> dict[str, StorageState]:
    return {}


@pytest.fixture(scope="package")
def running_fini(site: Site) -> Fini:
    """It stops with the site, as the worker does."""
    state = site.var / "sandbox"
    free = ("--port", "0", "--control-port", "0", "--smtp-port", "0", "--block", "91")
    there = ("--gateway-port", site.environment["GATEWAY_PORT"])
    site.run("-m", "sandbox", "init", "--state", str(state), *free, *there)
    site.start(*sandbox(state))
    control = Fini(state)
    control.wait(60)
    site.start(*worker("visits"))
    return control


@pytest.fixture
def fini(running_fini: Fini) -> Iterator[Fini]:
    """With every fault switched off again afterwards."""
    yield running_fini
    running_fini.no_faults()
