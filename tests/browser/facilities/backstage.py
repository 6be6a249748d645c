"""What happens backstage: the sandbox's hosts unconfirmed, keys with a past."""

import datetime as dt
from typing import Any

from keys.models import (
    EncryptionPassword,
    ExpiryNotice,
    Facility,
    FileEncryption,
    Host,
    SftpAccount,
)
from keys.services import expiries
from portal import clock
from portal.people.models import Participant, User
from tests.browser import scenes
from tests.browser.site import PASSWORD
from tests.keys.views import builders, site

DAY = dt.timedelta(1)


def cast(hosts: list[dict[str, Any]]) -> str:
    """The cast, a second site admin, and the sandbox's ECP; answers its key."""
    scenes.cast()
    User.objects.create_user("tess", "tess@example.test", PASSWORD, is_site_admin=True)
    facility = site.facility()
    for order, host in enumerate(hosts):
        Host.objects.create(
            facility=facility,
            site=host["site"],
            order=order,
            address=host["address"],
            port=host["port"],
        )
    return str(facility.pk)


def host_nobody_knows() -> str:
    """The first host again, in a facility of its own: whatever other tests did to the
    first one, this one's key is not confirmed."""
    known = Host.objects.order_by("site", "order")[0]
    name = f"ECP again {Facility.objects.count()}"
    apart = Facility.objects.create(name=name, platform="ECP", environment="sandbox")
    made = Host.objects.create(
        facility=apart,
        site=known.site,
        order=0,
        address=known.address,
        port=known.port,
    )
    return str(made.pk)


def first_host() -> str:
    return str(Host.objects.order_by("site", "order")[0].pk)


def host_key_of_another(pk: str) -> None:
    """As if the confirmed one had been another."""
    Host.objects.filter(pk=pk).update(host_key=site.OTHER_KEY, confirmed_at=clock.now())


def old_host() -> str:
    """It offers SHA-1 only."""
    host = Host.objects.order_by("-site", "-order")[0]
    site.pre_flight(host, "", host_keys=["ssh-rsa"], signatures=["ssh-rsa"])
    return str(host.pk)


def rap() -> str:
    found = Facility.objects.filter(platform="RAP").first()
    return str((found or site.facility("RAP")).pk)


def credentials() -> dict[str, str]:
    """Keys near and far, two of one account, one replaced, and a password."""
    participant = Participant.objects.get(code="CP00010")
    today = clock.today()
    ecp = builders.account(participant, "ECP", "hkidr.aaa000")
    rap_one = builders.account(participant, "RAP", "DCXYZ001")
    rap_two = builders.account(participant, "RAP", "DCXYZ002")
    builders.registered(ecp, today - 560 * DAY)
    _two_keys(rap_one, today)
    near = builders.registered(rap_two, today - 716 * DAY)
    _password(participant, today)
    expiries.evaluate(clock.now())
    assert ExpiryNotice.objects.filter(subject=near.pk).exists()
    return {"account": str(ecp.pk), "near": str(near.pk)}


def _two_keys(account: SftpAccount, today: dt.date) -> None:
    builders.registered(account, today - 400 * DAY, proved_at=clock.now())
    builders.renewed(account, today - 5 * DAY, proved_at=clock.now())


def _password(participant: Participant, today: dt.date) -> None:
    encryption = FileEncryption.objects.create(
        participant=participant, environment="production", is_enabled=True
    )
    EncryptionPassword.objects.create(
        encryption=encryption,
        status="confirmed",
        sealed=b"sealed",
        hashed="",
        drafted_by=User.objects.get(username="charlie"),
        drafted_at=clock.now(),
        set_on=today - 20 * DAY,
    )
