"""What happens backstage of a rehearsal: accounts, their first keys, our clock."""

import datetime as dt
import uuid
from typing import Any

from keys.models import Environment, Facility, Host, Platform, SftpAccount, SshKey
from keys.selectors.keys import current_key
from keys.services import make_key, mark_registered
from portal import clock
from portal.people.models import Participant
from tests.browser import scenes


def cast(hosts: list[dict[str, Any]]) -> None:
    """The cast, and the sandbox's ECP with its keys confirmed."""
    scenes.cast()
    facility = Facility.objects.create(
        platform=Platform.ECP, environment=Environment.SANDBOX, name="ECP sandbox"
    )
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


def account(login_id: str) -> str:
    """Without a key."""
    participant = Participant.objects.get(code="CP00010")
    made = SftpAccount.objects.create(
        facility=Facility.objects.get(), participant=participant, login_id=login_id
    )
    made.identities.set(participant.identities.all())
    return str(made.pk)


def first_key(account_pk: str) -> dict[str, str]:
    """Made, and recorded as registered today."""
    key = make_key(SftpAccount.objects.get(pk=account_pk), clock.now(), bits=2048)
    mark_registered(key, clock.today(), at=clock.now())
    return {"public": key.public_line, "fingerprint": key.fingerprint_md5}


def recorded_later(account_pk: str, days: int) -> None:
    """Somebody wrote down a day of registration that was not HKEX's."""
    for key in SshKey.objects.filter(account_id=uuid.UUID(account_pk)):
        assert key.registered_on
        key.registered_on += dt.timedelta(days)
        key.save(update_fields=["registered_on"])


def key_in_use(account_pk: str) -> str:
    """Its MD5 fingerprint; empty when there is none."""
    key = current_key(SftpAccount.objects.get(pk=account_pk))
    return key.fingerprint_md5 if key else ""


def move_clock(seconds: int) -> None:
    clock.move_to(seconds)
