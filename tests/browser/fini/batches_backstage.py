"""What happens backstage: a profile, workers that read, FINI's answers."""

import uuid

from fini.batches.columns import Column
from fini.identity_numbers import check_digit
from fini.models import Batch, EipoSubscription
from fini.services import reading, single
from fini.states import Act, BatchStatus, SubscriptionStatus
from portal import clock
from portal.people.models import Participant, User
from tests.fini import batch_builders as builders
from tests.fini import sending_builders as sending

S = SubscriptionStatus


def _harbour() -> Participant:
    return Participant.objects.get(code="CP00010")


def profile() -> None:
    builders.profile(_harbour())


def read() -> None:
    """The worker: whatever waits to be checked."""
    for batch in Batch.objects.filter(status=BatchStatus.READING):
        reading.read(batch.pk)


def batch(status: str = "", answers: int = 0, name: str = "") -> str:
    """Of 40 records, the first with a warning, the last two kept back; so many of
    them are answered as FINI would. Answers its address."""
    stem = name or uuid.uuid4().hex[:6]
    lines = [builders.line(f"CL-{stem}-{n:04}", **_somebody(n)) for n in range(38)]
    lines += [builders.line(appQuantity="0"), builders.line(ipoID="9999")]
    made = builders.checked(
        User.objects.get(username="alice"), builders.profile(_harbour()), *lines
    )
    if status:
        Batch.objects.filter(pk=made.pk).update(status=status)
        EipoSubscription.objects.filter(batch=made, status=S.DRAFTED).update(
            status=S.QUEUED
        )
    for row in builders.records(made)[:answers]:
        row.status, row.record_id = S.RECORDED, f"1234567890{row.row:06}A"
        row.sub_flow_status = "3"
        if row.row in (5, 6):
            row.status = (S.REFUSED, S.UNCONFIRMED)[row.row - 5]
            row.record_id = row.sub_flow_status = ""
            row.error_text = "411010 Cipher text format wrong" * (row.row == 5)
        row.save()
    return f"/p/CP00010/fini/subscriptions/{made.pk}/"


def _somebody(n: int) -> dict[str, str]:
    """The first has a wrong check digit, as the guide's own example."""
    stem = f"M{n:06}"
    number = f"{stem}({check_digit(stem)})" if n else "M011336(5)"
    return {"idType": "1", "idNum": number, "fullNameEng": "LEE SIU MING"}


def undecided() -> str:
    """Of 40 records, whose answer was lost and FINI's list does not tell. Answers the
    address of the page that says so."""
    address = batch("sending")
    made = Batch.objects.get(pk=address.split("/")[-2])
    listed = {"ipo_id": "1234", "quantity": 1000, "status": "3"}
    ids = [f"1234567890{number:06}A" for number in range(5)]
    sending.undecided(
        made, listed=[{**listed, "record_id": one, "rows": [2]} for one in ids]
    )
    return f"{address}unconfirmed/"


def one_recorded() -> str:
    """The key of a record that FINI has."""
    alice = User.objects.get(username="alice")
    return str(builders.recorded(alice, builders.profile(_harbour())).pk)


def to_approve(act: str) -> str:
    """A change or an invalidation of a record that FINI has. Answers its address."""
    alice, harbour = User.objects.get(username="alice"), _harbour()
    target = builders.recorded(alice, builders.profile(harbour))
    acting, now = builders.acting(alice, harbour), clock.now()
    if act == Act.CHANGE:
        cells = {Column.QUANTITY: "2000", Column.NAME_ENGLISH: "LEE SIU MIN"}
        made = single.change(target, cells, acting, now)
    else:
        made = single.invalidate(target, acting, now)
    return f"/p/CP00010/fini/subscriptions/{made.pk}/"
