"""Access to the sandbox: facilities, pinned hosts, accounts, keys, consent."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from keys import services as keys
from keys.login_ids import login_ids
from keys.models import (
    Consent,
    Environment,
    Facility,
    Host,
    Platform,
    SftpAccount,
    SshKey,
)
from keys.selectors import current_key
from portal import clock
from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.people.models import Identity, IdentityKind, Participant, User

SUBMITTING = (IdentityKind.CE_NUMBER, IdentityKind.FIRM_ID)


class NoSandbox(Exception):
    """The sandbox is not made yet, or would not register an account; says which."""


def seed(participants: list[Participant]) -> list[SftpAccount]:
    """Each participant's accounts, their keys registered at the sandbox."""
    hosts = _sandbox()["hosts"]
    at = {platform: _facility(platform, hosts) for platform in Platform}
    accounts = [
        _account(at[platform], participant, login_id, identities)
        for participant in participants
        for platform, login_id, identities in _logins(participant)
    ]
    for participant in participants:
        _consent(participant)
    return accounts


def _logins(
    participant: Participant,
) -> Iterator[tuple[Platform, str, list[Identity]]]:
    """One at ECP; a clearing participant also has one at RAP and one at RRS."""
    submitting = list(participant.identities.filter(kind__in=SUBMITTING))
    for identity in submitting:
        if identity.kind == IdentityKind.CE_NUMBER:
            yield Platform.ECP, f"hkidr.{identity.code.lower()}", submitting
    clearing = participant.identities.filter(kind=IdentityKind.DCASS_CUSTOMER_CODE)
    for identity in clearing:
        for platform in (Platform.RAP, Platform.RRS):
            yield platform, login_ids(platform, identity.code)[0], [identity]


def _sandbox() -> dict[str, Any]:
    path = Path(settings.SANDBOX_STATE) / "sandbox.json"
    try:
        read: dict[str, Any] = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        raise NoSandbox(
            f"There is no sandbox in {path.parent}. Nothing of its hosts and keys was"
            f" made. Make it first: python -m sandbox init --state {path.parent}"
        ) from None
    return read


def _facility(platform: Platform, all_hosts: list[dict[str, Any]]) -> Facility:
    """The hosts as the sandbox has them now; it is ours, so its keys are confirmed."""
    name = f"{platform} sandbox"
    hosts = [host for host in all_hosts if host["platform"] == platform]
    with transaction.atomic():
        facility, is_new = Facility.objects.get_or_create(
            name=name,
            defaults={"platform": platform, "environment": Environment.SANDBOX},
        )
        for order, host in enumerate(hosts):
            Host.objects.update_or_create(
                facility=facility,
                order=order,
                defaults={
                    "site": host["site"],
                    "address": host["address"],
                    "port": host["port"],
                    "host_key": host["host_key"],
                    "confirmed_at": clock.now(),
                },
            )
        if is_new:
            activity.append(
                None,
                Kind.FACILITY,
                Endpoint.WEB,
                f"Add facility [{name}] with {len(hosts)} confirmed hosts",
                Status.SUCCESSFUL,
            )
    return facility


def _account(
    facility: Facility,
    participant: Participant,
    login_id: str,
    identities: list[Identity],
) -> SftpAccount:
    with transaction.atomic():
        account, is_new = SftpAccount.objects.get_or_create(
            facility=facility, login_id=login_id, defaults={"participant": participant}
        )
        if is_new:
            account.identities.set(identities)
    key = current_key(account)
    if key is None:
        key = keys.make_key(account, clock.now())
        _register(account, key)
        keys.mark_registered(key, clock.today())
    elif not _is_registered(account):
        _register(account, key)  # the sandbox was made anew
    return account


def _is_registered(account: SftpAccount) -> bool:
    name = f"{account.login_id}.json"
    return (Path(settings.SANDBOX_STATE) / "accounts" / name).exists()


def _register(account: SftpAccount, key: SshKey) -> None:
    """What a participant does in Client Connect, done at the sandbox's own command."""
    with tempfile.NamedTemporaryFile("w", suffix=".pub") as public:
        public.write(key.public_line + "\n")
        public.flush()
        command = [sys.executable, "-m", "sandbox", "register"]
        command += ["--state", str(settings.SANDBOX_STATE), "--login", account.login_id]
        command += ["--participant", account.participant.code, "--kind", "EP"]
        command += ["--platform", account.facility.platform]
        command += ["--public-key", public.name, "--remote-ip", "127.0.0.1"]
        for identity in account.identities.filter(kind__in=SUBMITTING):
            command += ["--identity", f"{identity.kind}:{identity.code}"]
        done = subprocess.run(  # noqa: S603  (our own program, our own arguments)
            command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise NoSandbox(f"The sandbox did not register {account}: {done.stderr}")


def _consent(participant: Participant) -> None:
    if Consent.objects.filter(participant=participant).exists():
        return
    recorder = User.objects.get(username="admin.lau")
    with transaction.atomic():
        Consent.objects.create(
            participant=participant,
            declared_on=clock.today(),
            declared_by=recorder.get_full_name(),
            recorded_by=recorder,
            recorded_at=clock.now(),
        )
        activity.append(
            participant,
            Kind.ACCESS,
            Endpoint.WEB,
            "Record the declaration of client consent",
            Status.SUCCESSFUL,
            user=recorder,
        )
