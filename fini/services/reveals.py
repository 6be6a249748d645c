"""One record's person in full: recorded with a reason first, then opened."""

import datetime as dt

from fini import identity_numbers, persons
from fini.models import EipoSubscription
from fini.refusals import Refusal
from fini.services import personal_limits
from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.people.guards import Acting

LEAST, MOST = 10, 500  # characters of a reason
AN_HOUR = 30  # records that one person may see in full at one participant
VERB = "Show in full"
NO_REASON = (
    f"A reason has {LEAST} to {MOST} characters. Nothing was shown. "
    "Write why you need to see this person."
)
NAMES_SOMEBODY = (
    "The reason holds what looks like an identity number. Nothing was shown. The "
    "reason is kept for ever: write why, and not who."
)
TOO_MANY = (
    f"You have seen {AN_HOUR} records in full within an hour, which is the most that "
    "one person may. Nothing was shown. Wait until an hour has passed since the first."
)


def reveal(
    row: EipoSubscription, reason: str, acting: Acting, now: dt.datetime
) -> persons.Person:
    """What is recorded names the record and never the person. Raises Refusal, and
    then nothing was opened; secrets.CannotOpen, when it was recorded."""
    reason = checked(reason)
    if not row.sealed_person:
        raise Refusal(*erased(row))
    with transaction.atomic():
        is_allowed = personal_limits.allow(acting, VERB, AN_HOUR, now)
        status = Status.SUCCESSFUL if is_allowed else Status.FAILED
        _record(row, reason, acting, status)
    if not is_allowed:
        raise Refusal(TOO_MANY)
    return persons.open_person(row.pk, bytes(row.sealed_person))


def checked(reason: str) -> str:
    """With single spaces. Raises Refusal."""
    reason = " ".join(reason.split())
    if not LEAST <= len(reason) <= MOST:
        raise Refusal(NO_REASON)
    if identity_numbers.mentions_hkid(reason):
        raise Refusal(NAMES_SOMEBODY)
    return reason


def erased(row: EipoSubscription) -> tuple[str, str]:
    return (
        "The personal data of this record were erased.",
        "Its own reference, record ID and outcome are kept.",
    )


def _record(row: EipoSubscription, reason: str, acting: Acting, status: Status) -> None:
    activity.append(
        acting.participant,
        Kind.PERSONAL,
        Endpoint.WEB,
        f"{VERB} the person of [{row.own_ref}], reason [{reason}]",
        status,
        user=acting.user,
        refs={"subscription": str(row.pk), "batch": str(row.batch_id)},
        topics=["activity"],
    )
