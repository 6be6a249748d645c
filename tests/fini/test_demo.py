"""The demo's FINI: set up once, known to the sandbox whether it runs or not."""

import io
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from fini.models import Ipo, Profile, ProfileJwk
from fini.services import ipos
from portal.people.models import Participant, User
from sandbox.founding import found
from sandbox.gateway.founding import found_gateway
from sandbox.gateway.store import Store
from sandbox.inthread import SandboxThread
from tests.conftest import person
from tests.fini.profile_builders import company_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(participant: Participant) -> User:
    company_id(participant)
    return person("admin.lau", participant, is_admin=True)


def seeded() -> str:
    out = io.StringIO()
    call_command("demo_fini", stdout=out)
    return out.getvalue()


def test_a_running_sandbox_lets_the_demos_profile_in(
    box: SandboxThread, admin: User, settings: LazySettings
) -> None:
    settings.SANDBOX_STATE = box.exchange.state
    assert "HARBOUR01 in sandbox" in seeded()
    made = Profile.objects.get()
    ipos.run(made.pk)
    assert Ipo.objects.count() == 5


def test_a_second_run_makes_nothing_twice(
    box: SandboxThread, admin: User, settings: LazySettings
) -> None:
    settings.SANDBOX_STATE = box.exchange.state
    seeded()
    seeded()
    assert Profile.objects.count() == 1
    assert ProfileJwk.objects.filter(registered_at__isnull=False).count() == 2


def test_a_sandbox_that_does_not_run_yet_knows_it_when_it_does(
    tmp_path: Path, admin: User, settings: LazySettings
) -> None:
    found(tmp_path, port=0, control_port=0, smtp_port=0, key_bits=2048, one_key=True)
    found_gateway(tmp_path, port=0)
    settings.SANDBOX_STATE = tmp_path
    settings.FINI_GATEWAYS = {
        "sandbox": {"url": "https://127.0.0.1:1", "audience": "", "ca_file": ""}
    }
    seeded()
    [company] = Store(tmp_path / "gateway").companies()
    assert company.company_id == "HARBOUR01"
    assert "EU_finiPOFundAPI" in company.entitlements


def test_without_a_sandbox_it_says_how_to_make_one(
    tmp_path: Path, admin: User, settings: LazySettings
) -> None:
    settings.SANDBOX_STATE = tmp_path
    with pytest.raises(CommandError, match="python -m sandbox init"):
        seeded()


def test_a_real_deployment_gets_no_demo(settings: LazySettings) -> None:
    settings.DEPLOYMENT = "real"
    with pytest.raises(CommandError, match="This deployment is real"):
        seeded()
