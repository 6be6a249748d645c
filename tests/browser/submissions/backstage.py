"""What happens backstage: access to the sandbox, people with a second factor."""

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import Any

from keys.models import Consent, Facility, FileEncryption, Host, SftpAccount
from portal import clock
from portal.people.models import Membership, Participant, User
from tests.browser import scenes
from tests.browser.site import PASSWORD
from tests.portal.people.builders import with_app
from tests.sandbox import keys
from tests.transfers import builders
from tests.transfers.make_zip import zip_of
from transfers.models import Submission
from transfers.states import SubmissionStatus


def exchange(hosts: list[dict[str, Any]], state: str) -> None:
    """The cast, erin (an operator with an authenticator app), the sandbox's hosts
    with confirmed keys, and an account that the sandbox knows."""
    scenes.cast()
    participant = Participant.objects.get(code="CP00010")
    _operator_with_app("erin", participant)
    facility = builders.facility("ECP")
    for order, host in enumerate(hosts):
        Host.objects.create(
            facility=facility,
            site=host["site"],
            order=order,
            address=host["address"],
            port=host["port"],
            host_key=host["host_key"],
            confirmed_at=clock.now(),
        )
    account = builders.account(participant, facility)
    keys.give(account)
    _register(account, Path(state))
    _consent(participant)


def _register(account: SftpAccount, state: Path) -> None:
    public = state / "alice.pub"
    public.write_text(keys.public_line())
    command = ["register", "--state", str(state), "--login", account.login_id]
    command += ["--participant", account.participant.code, "--kind", "EP"]
    command += ["--public-key", str(public), "--remote-ip", "127.0.0.1"]
    command += ["--encryption-password", builders.ZIP_PASSWORD]
    command += ["--identity", *(f"{i.kind}:{i.code}" for i in account.identities.all())]
    run = [sys.executable, "-m", "sandbox", *command]
    subprocess.run(run, check=True, stdout=subprocess.DEVNULL)


def latest() -> dict[str, str]:
    """The newest submission's status and reference."""
    row = Submission.objects.latest("created_at")
    return {"status": row.status, "reference": row.reference, "sha256": row.sha256}


def encryption(on: bool) -> None:
    """As at the sandbox: its account has a password, and takes both kinds of zip."""
    charlie = User.objects.get(username="charlie")
    participant = Participant.objects.get(code="CP00010")
    if FileEncryption.objects.filter(participant=participant).exists():
        FileEncryption.objects.update(is_enabled=on)
    else:
        builders.encryption(participant, charlie, on=on)


def slow_line(bits: int) -> None:
    Facility.objects.update(bandwidth_bps=bits)


def disable_account(disabled: bool) -> None:
    SftpAccount.objects.update(is_enabled=not disabled)


def today() -> str:
    """As in a file's name."""
    return f"{clock.today():%Y%m%d}"


def _operator_with_app(name: str, participant: Participant) -> None:
    user = User.objects.create_user(name, f"{name}@example.test", PASSWORD)
    membership = Membership.objects.create(
        user=user, participant=participant, is_operator=True
    )
    membership.identities.set(participant.identities.all())
    with_app(user)


def _consent(participant: Participant) -> None:
    Consent.objects.create(
        participant=participant,
        declared_on=dt.date(2022, 2, 14),
        declared_by="admin.lau",
        recorded_by=User.objects.get(username="charlie"),
        recorded_at=clock.now(),
    )


def in_state(status: str) -> str:
    """A submission of alice's in any state; its account is in no visit's way."""
    alice = User.objects.get(username="alice")
    participant = Participant.objects.get(code="CP00010")
    identity = participant.identities.get(code="AAA000")
    account = builders.account(participant, builders.facility("ECP elsewhere"))
    SftpAccount.objects.filter(pk=account.pk).update(is_enabled=False)
    row = builders.submission(
        alice, account, identity, SubmissionStatus(status), content=zip_of()
    )
    return str(row.pk)
