"""A profile whose keys are registered, and batches that wait to be sent."""

import datetime as dt
import uuid
from typing import Any

from fini import persons
from fini.models import (
    Batch,
    EipoSubscription,
    Part,
    Profile,
    ProfileJwk,
    Reconciliation,
    Sending,
)
from fini.persons import Person
from fini.services import jwks
from fini.services.sending import notices
from fini.states import Act, BatchStatus, SendingStatus, SubscriptionStatus
from portal import clock, secrets
from portal.people.models import Identity, IdentityKind, Participant, User
from tests.fini.builders import profile_key

ISSUER = "https://portal.example.test/agent"
MACHINE = "ec1a3544-aca1-4adf-9d7a-9d82a4a597ad"
IPO = "1234"
FIRM = "00000"
COMPANY_ID = IdentityKind.COMPANY_ID


def profile(participant: Participant, **fields: Any) -> Profile:
    """With one registered key a part."""
    company, _ = Identity.objects.get_or_create(
        participant=participant, kind=COMPANY_ID, code=participant.code
    )
    given = {
        "environment": "sandbox",
        "company_id": company,
        "agent_issuer": ISSUER,
        "machine_uuid": MACHINE,
        "may_subscribe": True,
        "created_at": clock.now(),
    }
    made = Profile.objects.create(participant=participant, **{**given, **fields})
    for part in Part:
        jwk(made, part)
    return made


def jwk(owner: Profile, part: Part) -> ProfileJwk:
    key = profile_key(part.value)
    expires_at = clock.now() + dt.timedelta(days=300)
    row = ProfileJwk(
        profile=owner,
        part=part,
        kid=key.kid,
        public=key.public_jwk(expires_at),
        expires_at=expires_at,
        created_at=clock.now(),
        registered_at=clock.now(),
    )
    row.sealed_private = secrets.seal(key.pem(), jwks.bound_to(row))
    row.save(force_insert=True)
    return row


def company(owner: Profile, **changed: Any) -> dict[str, Any]:
    """What the sandbox's gateway is told when the profile is registered there."""
    keys = {row.part: [row.public] for row in owner.jwks.all()}
    return {
        "company_id": owner.company_id.code,
        "agent_issuer": owner.agent_issuer,
        "machine_uuid": owner.machine_uuid,
        "agent_jwks": {"keys": keys[Part.AGENT]},
        "machine_jwks": {"keys": keys[Part.MACHINE]},
        "firm_ids": [FIRM],
        **changed,
    }


def batch(owner: Profile, records: int = 3, **fields: Any) -> Batch:
    """Queued, with so many records that add."""
    number = Batch.objects.filter(participant=owner.participant).count() + 1
    given = {
        "number": number,
        "act": Act.ADD,
        "status": BatchStatus.QUEUED,
        "created_at": clock.now(),
    }
    made = Batch.objects.create(
        participant=owner.participant, profile=owner, **{**given, **fields}
    )
    rows = [record(made, row) for row in range(2, records + 2)]
    EipoSubscription.objects.bulk_create(rows, batch_size=500)
    return made


def record(of: Batch, row: int, **fields: Any) -> EipoSubscription:
    """Unsaved, for a bulk_create."""
    given = {
        "own_ref": f"B{of.number}-{row:06}",
        "ipo_id": IPO,
        "firm_id": FIRM,
        "quantity": 1000 + row,
        "status": SubscriptionStatus.QUEUED,
    }
    made = EipoSubscription(
        participant=of.participant, batch=of, row=row, **{**given, **fields}
    )
    made.sealed_person = persons.seal_person(made.pk, person(row))
    return made


def person(row: int) -> Person:
    return Person("1", "HKG", f"A{row:06}(3)", "CHAN TAI MAN", "陳大文")


def acting(owner: Profile, on: Batch, act: Act, **fields: Any) -> Batch:
    """A queued batch that changes or invalidates every record of another."""
    made = batch(owner, 0, act=act)
    rows = [
        record(made, target.row, target=target, own_ref=target.own_ref, **fields)
        for target in on.subscriptions.order_by("row")
    ]
    EipoSubscription.objects.bulk_create(rows)
    return made


def undecided(of: Batch, **fields: Any) -> Sending:
    """All its records are unconfirmed, and FINI was asked and did not tell."""
    number, now = of.subscriptions.count(), clock.real_now()
    given = {"path": "add", "request_id": uuid.uuid4().hex, "records": number}
    times = dict.fromkeys(("prepared_at", "ended_at", "looked_up_at"), now)
    sending = Sending.objects.create(
        profile=of.profile,
        batch=of,
        status=SendingStatus.UNCONFIRMED,
        **{**given, **times, **fields},
    )
    of.subscriptions.update(status=SubscriptionStatus.UNCONFIRMED, sending=sending)
    of.status = BatchStatus.SENDING
    of.save(update_fields=["status"])
    notices.unconfirmed(of, number, "No answer.")
    return sending


def states(of: Batch) -> dict[str, int]:
    """How many records are in each state."""
    found: dict[str, int] = {}
    for status in of.subscriptions.values_list("status", flat=True):
        found[status] = found.get(status, 0) + 1
    return found


def reconciliation(of: Profile, user: User, **fields: Any) -> Reconciliation:
    return Reconciliation.objects.create(
        participant=of.participant,
        profile=of,
        ipo_id=IPO,
        asked_by=user,
        asked_at=clock.now(),
        **fields,
    )
