"""An account of any platform with its first key, and both clocks in one hand."""

import datetime as dt
import uuid
from typing import Any

from keys.models import (
    Environment,
    Facility,
    Host,
    KeyRenewal,
    Login,
    Platform,
    SftpAccount,
    SshKey,
)
from keys.selectors.timelines import timeline_of
from keys.services import make_key, mark_registered, open_private
from keys.timelines import Slots
from portal import clock
from portal.exchange import session as exchange
from portal.exchange.errors import LoginRefused
from portal.exchange.hktime import HONG_KONG
from portal.people.models import Participant
from sandbox.inthread import SandboxThread
from transfers.visit.login import limits
from transfers.visit.run import run

LOGINS = {
    Platform.ECP: "hkidr1",
    Platform.RAP: "DCXYZ001",
    Platform.RRS: "CXYZ001",
}


def facility(box: SandboxThread, platform: Platform) -> Facility:
    made = Facility.objects.create(
        platform=platform, environment=Environment.SANDBOX, name=f"{platform} sandbox"
    )
    for order, host in enumerate(box.hosts_of(platform.value)):
        Host.objects.create(
            facility=made,
            site=host["site"],
            order=order,
            address=host["address"],
            port=host["port"],
            host_key=host["host_key"],
            confirmed_at=clock.now(),
        )
    return made


class Keyed:
    """One account, registered here and at the sandbox on the same day."""

    def __init__(
        self, box: SandboxThread, participant: Participant, platform: Platform
    ) -> None:
        self.box = box
        self.platform = platform
        self.account = SftpAccount.objects.create(
            facility=facility(box, platform),
            participant=participant,
            login_id=LOGINS[platform],
        )
        self.first = make_key(self.account, clock.now(), bits=2048)
        mark_registered(self.first, clock.today(), at=clock.now())
        fields: dict[str, Any] = {"public_keys": [self.first.public_line]}
        if platform == Platform.ECP:
            fields |= {
                "kind": "EP",
                "identities": [(i.kind, i.code) for i in participant.identities.all()],
            }
        box.register(
            login=self.account.login_id,
            participant=participant.code,
            platform=platform.value,
            **fields,
        )

    def visit(self) -> None:
        SftpAccount.objects.filter(pk=self.account.pk).update(
            visit_due_at=clock.real_now()
        )
        run(self.account.pk)

    def slots(self) -> Slots:
        return timeline_of(self.account).on(clock.today())

    def slots_there(self) -> dict[str, Any]:
        found: dict[str, Any] = self.box.account(self.account.login_id)["slots"]
        return found

    def lets_in(self, key: SshKey) -> bool:
        """Asked of the sandbox itself, without the portal's records."""
        host = self.account.facility.hosts.all()[0]
        there = exchange.Host(host.address, host.port, host.host_key)
        login = exchange.Login(self.account.login_id, open_private(key))
        try:
            exchange.connect(there, login, limits=limits()).close()
        except LoginRefused:
            return False
        return True

    def newest_login(self) -> uuid.UUID | None:
        row = Login.objects.filter(account=self.account).order_by("-at").first()
        return row.key_id if row else None


def at(box: SandboxThread, moment: str) -> None:
    """Both clocks show this moment of Hong Kong from now on."""
    wanted = dt.datetime.fromisoformat(moment).replace(tzinfo=HONG_KONG)
    seconds = int((wanted - clock.real_now()).total_seconds())
    clock.move_to(seconds)
    box.shift_clock(seconds)


def state(renewal: KeyRenewal) -> str:
    renewal.refresh_from_db()
    return renewal.status
