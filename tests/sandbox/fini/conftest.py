"""The sandbox's gateway in a thread, and a profile registered there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from fini.models import Profile
from portal.people.models import Participant
from sandbox.inthread import SandboxThread
from tests.fini import sending_builders as builders
from tests.sandbox.conftest import WORKER
from tests.sandbox.fini.rig import Rig


@pytest.fixture
def box(tmp_path: Path) -> Iterator[SandboxThread]:
    with SandboxThread(
        tmp_path / "sandbox",
        block=80 + WORKER,
        gateway=True,
        gateway_company_limit=0,
        gateway_machine_limit=0,
    ) as running:
        yield running


@pytest.fixture
def profile(
    box: SandboxThread,
    transactional_db: None,
    participant: Participant,
    settings: Settings,
) -> Profile:
    settings.FINI_GATEWAYS = {
        "sandbox": {
            "url": box.gateway["url"],
            "audience": box.gateway["aud"],
            "ca_file": box.gateway["ca"],
        }
    }
    settings.FINI_PER_COMPANY = settings.FINI_PER_MACHINE = 0
    settings.FINI_QUERY_AFTER_SECONDS = 0.3
    made = builders.profile(participant)
    box.register_company(**builders.company(made))
    return made


@pytest.fixture
def rig(box: SandboxThread, profile: Profile) -> Rig:
    return Rig(box, profile)
