"""A batch that ended, and records whose people are sealed into them."""

import datetime as dt
import uuid
from typing import Any

from fini.models import Batch, EipoSubscription, Erasure, Profile
from fini.persons import Person, number_hash, seal_person
from fini.states import BatchStatus, SubscriptionStatus
from portal import clock, secrets
from portal.exchange.hktime import HONG_KONG
from portal.people.models import Identity, IdentityKind, Participant, User

CHAN = Person("1", "HKG", "A123456(3)", "CHAN TAI MAN", "陳大文")
TAM = Person("1", "HKG", "M011336(5)", "TAM SIU MING", "")
DAY = dt.date(2026, 1, 15)


def profile(participant: Participant) -> Profile:
    company, _ = Identity.objects.get_or_create(
        participant=participant, kind=IdentityKind.COMPANY_ID, code=participant.code
    )
    made, _ = Profile.objects.get_or_create(
        participant=participant,
        environment="sandbox",
        defaults={
            "company_id": company,
            "agent_issuer": "portal",
            "created_at": clock.now(),
        },
    )
    return made


def batch(participant: Participant, ended_on: dt.date = DAY, **fields: Any) -> Batch:
    """Ended at noon of a Hong Kong day."""
    noon = dt.datetime.combine(ended_on, dt.time(12), tzinfo=HONG_KONG)
    values: dict[str, Any] = {
        "pk": uuid.uuid4(),
        "number": Batch.objects.filter(participant=participant).count() + 1,
        "status": BatchStatus.ENDED,
        "records_sha256": uuid.uuid4().hex,
        "created_at": noon,
        "ended_at": noon,
        **fields,
    }
    bound_to = secrets.context("fini_batch", values["pk"], "sealed_file")
    values.setdefault("sealed_file", secrets.seal(CHAN.number.encode(), bound_to))
    return Batch.objects.create(
        participant=participant, profile=profile(participant), **values
    )


def record(made_in: Batch, person: Person = CHAN, **fields: Any) -> EipoSubscription:
    """The next of its batch."""
    pk = uuid.uuid4()
    row = made_in.subscriptions.count() + 1
    values: dict[str, Any] = {
        "status": SubscriptionStatus.RECORDED,
        "own_ref": f"CL-{made_in.number}-{row:04}",
        "ipo_id": "1234",
        "firm_id": "00000",
        "quantity": 1000,
        "record_id": f"R{made_in.number:08}{row:08}",
        "sealed_person": seal_person(pk, person),
        "number_hash": number_hash(person.id_type, person.jurisdiction, person.number),
    }
    return EipoSubscription.objects.create(
        pk=pk,
        participant=made_in.participant,
        batch=made_in,
        row=row,
        **{**values, **fields},
    )


def erasure(user: User, participant: Participant, **fields: Any) -> Erasure:
    """Awaiting approval; nobody has been asked."""
    values: dict[str, Any] = {
        "before": dt.date(2026, 2, 1),
        "batches": 1,
        "records": 3,
        "days": 180,
        "list_sha256": "A" * 64,
        "proposed_at": clock.now(),
        "expires_at": clock.now() + dt.timedelta(days=7),
    }
    return Erasure.objects.create(
        participant=participant, proposed_by=user, **{**values, **fields}
    )
