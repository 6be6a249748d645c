"""A sandbox in a thread, an account registered there, and its queue."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from keys.models import Facility, Host, SftpAccount
from portal import clock
from portal.people.models import Identity, Participant, User
from sandbox.inthread import SandboxThread
from tests.sandbox import keys
from tests.sandbox.rig import Rig
from tests.transfers import builders

WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    """Hours of looking in a second or two; nothing else is different."""
    settings.RESULT_FIRST_SECONDS = 0.1
    settings.RESULT_EVERY_SECONDS = 0.1
    settings.RESULT_QUICK_FOR_SECONDS = 5
    settings.RESULT_THEN_EVERY_SECONDS = 0.2
    settings.RESULT_DEADLINE_SECONDS = 15
    settings.STALL_SECONDS = 3


@pytest.fixture
def impatient(settings: Settings) -> None:
    """For tests in which no answer comes in time."""
    settings.RESULT_DEADLINE_SECONDS = 1.5


@pytest.fixture
def box(tmp_path: Path) -> Iterator[SandboxThread]:
    """Its own block of 127.x a test worker."""
    with SandboxThread(tmp_path / "sandbox", block=40 + WORKER) as running:
        yield running


@pytest.fixture
def hosts(box: SandboxThread, transactional_db: None) -> list[Host]:
    """The sandbox's four hosts, their keys confirmed, the primary's first."""
    return confirmed_hosts(box.hosts)


def confirmed_hosts(found: list[dict[str, Any]]) -> list[Host]:
    facility = builders.facility()
    return [
        Host.objects.create(
            facility=facility,
            site=host["site"],
            order=order,
            address=host["address"],
            port=host["port"],
            host_key=host["host_key"],
            confirmed_at=clock.now(),
        )
        for order, host in enumerate(found)
    ]


@pytest.fixture
def account(
    box: SandboxThread, hosts: list[Host], participant: Participant, alice: User
) -> SftpAccount:
    made = builders.account(participant)
    box.register(
        login=made.login_id,
        participant=participant.code,
        kind="EP",
        public_keys=[keys.public_line()],
        identities=[(one.kind, one.code) for one in participant.identities.all()],
    )
    keys.give(made)
    return made


@pytest.fixture
def facility(hosts: list[Host]) -> Facility:
    return hosts[0].facility


@pytest.fixture
def rig(
    box: SandboxThread, account: SftpAccount, alice: User, ce_number: Identity
) -> Rig:
    return Rig(box, account, alice, ce_number)
