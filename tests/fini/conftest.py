"""A gateway is set for the sandbox; browsers of the cast."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from portal.people.guards import Acting, acting_at
from portal.people.models import Participant, User
from sandbox.gateway.faults import KINDS
from sandbox.inthread import SandboxThread
from tests.fini.profile_builders import GATEWAY
from tests.fini.rig import gateways

Browser = Callable[[User], Client]


@pytest.fixture
def gateway_set(settings: LazySettings) -> None:
    """Nobody listens there."""
    settings.FINI_GATEWAYS = {"sandbox": GATEWAY}


@pytest.fixture
def browser() -> Browser:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def by_charlie(browser: Browser, charlie: User) -> Client:
    """The administrator's."""
    return browser(charlie)


@pytest.fixture
def as_charlie(charlie: User, participant: Participant) -> Acting:
    """Administrator."""
    found = acting_at(charlie, participant.code)
    assert found is not None
    return found


@pytest.fixture
def as_dora(dora: User, participant: Participant) -> Acting:
    """Compliance."""
    found = acting_at(dora, participant.code)
    assert found is not None
    return found


@pytest.fixture(scope="session")
def gateway_box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxThread]:
    """The sandbox with its FINI gateway, for all tests of a run: each undoes what it
    does to it. Without limits: 60 calls a minute are soon made by many tests."""
    limits: dict[str, Any] = {"gateway_company_limit": 0, "gateway_machine_limit": 0}
    with SandboxThread(
        tmp_path_factory.mktemp("gateway"), gateway=True, **limits
    ) as box:
        yield box


@pytest.fixture
def box(gateway_box: SandboxThread, settings: LazySettings) -> Iterator[SandboxThread]:
    """The gateway is the deployment's, without limits; no fault outlives a test."""
    settings.FINI_GATEWAYS = gateways(gateway_box)
    settings.FINI_PER_COMPANY = settings.FINI_PER_MACHINE = 0
    yield gateway_box
    gateway_box.gateway_faults(**dict.fromkeys(KINDS))
