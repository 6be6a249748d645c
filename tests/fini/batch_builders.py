"""Small builders: a profile with its IPOs, a batch file, a batch in any state."""

import itertools
from typing import Any

from fini.batches.columns import Column, propose
from fini.models import Batch, EipoSubscription, Ipo, Profile
from fini.services import batch_files, reading
from fini.states import BatchStatus, SubscriptionStatus
from portal import clock
from portal.people.guards import Acting
from portal.people.models import (
    Identity,
    IdentityKind,
    Membership,
    Participant,
    User,
)
from tests.fini.batches.files import HEADING, LINE, csv_text

__all__ = ["HEADING", "LINE"]

S = SubscriptionStatus
_numbers = itertools.count(1)


def acting(user: User, participant: Participant) -> Acting:
    """Whatever the person may: the guards are the views'."""
    member = Membership(user=user, participant=participant)
    return Acting(user, participant, member)


def profile(participant: Participant, **fields: Any) -> Profile:
    """In the sandbox, may subscribe, lists IPO 1234 and 1235; with a Firm ID."""
    company, _ = Identity.objects.get_or_create(
        participant=participant, kind=IdentityKind.COMPANY_ID, code=participant.code
    )
    Identity.objects.get_or_create(
        participant=participant, kind=IdentityKind.FIRM_ID, code="00000"
    )
    made, _ = Profile.objects.get_or_create(
        participant=participant,
        environment="sandbox",
        defaults={
            "company_id": company,
            "agent_issuer": "harbour-portal",
            "may_subscribe": True,
            "created_at": clock.now(),
        }
        | fields,
    )
    for ipo_id in ("1234", "1235"):
        ipo(made, ipo_id)
    return made


def ipo(of: Profile, ipo_id: str, **fields: Any) -> Ipo:
    now = clock.now()
    values = {"stock_code": "9988", "first_seen_at": now, "seen_at": now} | fields
    made, _ = Ipo.objects.update_or_create(profile=of, ipo_id=ipo_id, defaults=values)
    return made


def line(own_ref: str = "", **cells: str) -> list[str]:
    """A sound row, of a document and an own reference of its own."""
    number = next(_numbers)
    own = {"ownRef": own_ref or f"CL-{number}", "idNum": f"P{number:07}"}
    values = dict(zip(HEADING, LINE, strict=True)) | own | {"idType": "8"} | cells
    return list(values.values())


def content(*lines: list[str]) -> bytes:
    return csv_text(HEADING, *(lines or (line(),))).encode()


def uploaded(
    user: User, of: Profile, file: bytes | None = None, name: str = "ipo_1234.csv"
) -> Batch:
    as_user = acting(user, of.participant)
    held = content() if file is None else file
    return batch_files.take(of, name, held, as_user, clock.now())


def chosen(user: User, of: Profile, file: bytes | None = None) -> Batch:
    """Its columns as the heading says."""
    batch = uploaded(user, of, file)
    layout: dict[Column, int] = propose(batch.heading).layout
    as_user = acting(user, of.participant)
    return batch_files.choose(batch, layout, as_user, ipo_id="1234", firm_id="00000")


def checked(user: User, of: Profile, *lines: list[str]) -> Batch:
    batch = chosen(user, of, content(*lines))
    reading.read(batch.pk)
    return again(batch)


def ended(batch: Batch) -> Batch:
    """As SENDING leaves it: every record has its recordID."""
    Batch.objects.filter(pk=batch.pk).update(status=BatchStatus.ENDED)
    for row in records(batch):
        row.record_id, row.status = f"1234567890{row.row:06}A", S.RECORDED
        row.sub_flow_status = "3"
        row.save()
    return again(batch)


def recorded(user: User, of: Profile, *lines: list[str]) -> EipoSubscription:
    """The first of a batch that has ended."""
    return records(ended(checked(user, of, *lines)))[0]


def again(batch: Batch) -> Batch:
    """As the rows have it now."""
    return Batch.objects.select_related("participant", "profile").get(pk=batch.pk)


def records(batch: Batch) -> list[EipoSubscription]:
    return list(EipoSubscription.objects.filter(batch=batch).order_by("row"))
