"""A site with an exchange in a box whose keys nobody has confirmed, and a worker."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import StorageState

from tests.browser.site import Site
from tests.browser.submissions.journey import Switches
from tests.sandbox.processes import hosts, sandbox, worker

BACKSTAGE = "tests.browser.facilities.backstage"


@pytest.fixture(scope="package")
def site() -> Iterator[Site]:
    with Site() as running:
        state = running.var / "sandbox"
        free = ("--port", "0", "--control-port", "0", "--smtp-port", "0")
        command = ("sandbox", "init", "--state", str(state), *free, "--block", "80")
        running.run("-m", *command)
        running.start(*sandbox(state))
        Switches(state).wait()
        ecp = [host for host in hosts(state) if host.get("platform", "ECP") == "ECP"]
        running.call(f"{BACKSTAGE}:cast", ecp)
        running.start(*worker("visits"))
        yield running


@pytest.fixture(scope="package")
def _states() -> dict[str, StorageState]:
    return {}


@pytest.fixture(scope="package")
def made(site: Site) -> dict[str, str]:
    """Credentials near and far: the account's key and the near one's."""
    found: dict[str, str] = site.call(f"{BACKSTAGE}:credentials")
    return found


@pytest.fixture(scope="package")
def host(site: Site) -> str:
    """The address of the first host's page."""
    return f"/site/facilities/hosts/{site.call(f'{BACKSTAGE}:first_host')}/"
