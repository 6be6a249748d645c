"""`manage.py demo` makes a sandbox deployment ready, and changes nothing twice."""

import json
import zipfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from keys.models import Consent, Facility, SftpAccount, SshKey
from keys.selectors import confirmed_hosts, current_key
from keys.services import open_private
from portal.activity.models import Activity
from portal.people.models import Membership, Participant, Role, User
from sandbox.accounts import Accounts
from sandbox.founding import found


@pytest.fixture
def state(tmp_path: Path, settings: Settings) -> Path:
    """A sandbox made as `make run` makes it, not started."""
    settings.SANDBOX_STATE = tmp_path / "sandbox"
    found(settings.SANDBOX_STATE, key_bits=2048)
    return Path(settings.SANDBOX_STATE)


def demo(tmp_path: Path, *arguments: str) -> str:
    out = StringIO()
    folder = str(tmp_path / "samples")
    call_command("demo", "--sample-dir", folder, *arguments, stdout=out)
    return out.getvalue()


def rows() -> dict[str, int]:
    models: list[Any] = [User, Participant, Membership, Facility, SftpAccount, SshKey]
    models += [Consent, Activity]
    return {model.__name__: model.objects.count() for model in models}


@pytest.mark.django_db
def test_the_demo_makes_all_that_a_first_submission_needs(
    state: Path, tmp_path: Path
) -> None:
    said = demo(tmp_path)

    harbour = Participant.objects.get(code="CP00010")
    island = Participant.objects.get(code="CP00020")
    assert (harbour.approval_required, island.approval_required) == (True, False)
    assert sorted(i.code for i in harbour.identities.all()) == [
        "00000",
        "AAA000",
        "CHSL",
        "HARBOUR01",
    ]
    operator = Membership.objects.get(user__username="ops.chan", participant=harbour)
    assert operator.roles == {Role.OPERATOR}
    assert User.objects.filter(is_demo=True).count() == 6
    assert User.objects.filter(is_site_admin=True).count() == 2

    account = SftpAccount.objects.get(login_id="hkidr.aaa000")
    key = current_key(account)
    assert key is not None
    registered = Accounts(state).find("hkidr.aaa000")
    assert registered is not None
    assert registered.public_keys[0].split()[1] == open_private(key).get_base64()
    assert sorted(registered.identities) == [
        ("ce_number", "AAA000"),
        ("firm_id", "00000"),
    ]
    assert registered.remote_ips == ["127.0.0.1"]
    assert len(confirmed_hosts(account.facility)) == 2
    assert account.facility.hosts.count() == 4
    assert Consent.objects.filter(participant=harbour).exists()

    samples = sorted((tmp_path / "samples").glob("HBCNMAPP_AAA000_*.zip"))
    assert zipfile.ZipFile(samples[0]).testzip() is None
    assert "ops.chan" in said
    assert User.objects.get(username="ops.chan").check_password(
        next(line for line in said.splitlines() if "Password" in line).split()[-1]
    )

    before, line = rows(), key.public_line
    told = json.loads(demo(tmp_path, "--json"))
    assert rows() == before
    assert told["accounts"]["hkidr.aaa000"] == "CP00010"
    again = current_key(account)
    assert again is not None
    assert again.public_line == line


@pytest.mark.django_db
def test_a_clearing_participant_reads_reports_at_rap_and_rrs(
    state: Path, tmp_path: Path
) -> None:
    demo(tmp_path)
    logins = SftpAccount.objects.filter(participant__code="CP00010")
    assert sorted(logins.values_list("facility__platform", "login_id")) == [
        ("ECP", "hkidr.aaa000"),
        ("RAP", "DCHSL001"),
        ("RRS", "CHSL001"),
    ]
    for login_id in ("DCHSL001", "CHSL001"):
        registered = Accounts(state).find(login_id)
        assert registered is not None
        assert len(registered.public_keys) == 1


@pytest.mark.django_db
def test_print_makes_nothing(state: Path, tmp_path: Path) -> None:
    assert "ops.chan" in demo(tmp_path, "--print")
    assert User.objects.count() == 0


@pytest.mark.django_db
def test_without_a_sandbox_it_says_how_to_make_one(
    settings: Settings, tmp_path: Path
) -> None:
    settings.SANDBOX_STATE = tmp_path / "nothing"
    with pytest.raises(CommandError, match="python -m sandbox init"):
        demo(tmp_path)


@pytest.mark.django_db
def test_a_real_deployment_refuses_the_demo(settings: Settings, tmp_path: Path) -> None:
    settings.DEPLOYMENT = "real"
    with pytest.raises(CommandError, match="This deployment is real"):
        demo(tmp_path)
    assert User.objects.count() == 0
