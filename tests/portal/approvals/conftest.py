"""A kind of the tests' own, which writes down what its consequences were asked."""

import dataclasses
import datetime as dt
import uuid
from dataclasses import dataclass, field

import pytest

from portal.approvals import services
from portal.approvals.models import Approval
from portal.people.models import Participant, User

NOW = dt.datetime(2024, 3, 1, 7, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)
PAYLOAD = "a" * 64


@dataclass
class Thing:
    """What is to be approved: its payload, and what was done with it."""

    payload: str = PAYLOAD
    address: str = ""
    done: list[str] = field(default_factory=list)

    def approved(self, approval: Approval, now: dt.datetime) -> None:
        self.done.append("approved")

    def declined(self, approval: Approval, now: dt.datetime) -> None:
        self.done.append(f"declined: {approval.reason}")

    def lapsed(self, approval: Approval, now: dt.datetime) -> None:
        self.done.append("lapsed")


@pytest.fixture
def thing(monkeypatch: pytest.MonkeyPatch) -> Thing:
    made = Thing()
    monkeypatch.setitem(
        services._kinds,
        "thing",
        services.Consequences(
            lambda pk: made.payload,
            made.approved,
            made.declined,
            made.lapsed,
            url=lambda approval: made.address,
        ),
    )
    return made


@pytest.fixture
def own_page(thing: Thing, monkeypatch: pytest.MonkeyPatch) -> Thing:
    """The same kind, decided on its own page only."""
    thing.address = "/p/CP00010/thing/"
    kind = dataclasses.replace(services._kinds["thing"], on_own_page=True)
    monkeypatch.setitem(services._kinds, "thing", kind)
    return thing


def ask(
    participant: Participant | None,
    user: User,
    *,
    now: dt.datetime = NOW,
    expires_at: dt.datetime = LATER,
    pk: uuid.UUID | None = None,
    subject: str = "[HBCNMAPP] submission SUB-2024-000417",
) -> Approval:
    return services.request(
        "thing",
        pk or uuid.uuid4(),
        PAYLOAD,
        expires_at,
        participant=participant,
        subject=subject,
        requested_by=user,
        now=now,
    )
