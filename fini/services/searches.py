"""Finding the records of one identity document: by hash, and never without a trace."""

import base64
import binascii
import datetime as dt
from collections.abc import Iterable, Sequence

from fini import persons
from fini.refusals import Refusal
from fini.selectors import people as selectors
from fini.services import personal_limits
from portal import secrets
from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.people.guards import Acting

AN_HOUR = 60
VERB = "Search for an identity number"
HASH_SIZE = 32
TOO_MANY = (
    f"You have searched {AN_HOUR} times within an hour, which is the most that one "
    "person may. Nothing was searched. Wait until an hour has passed since the first."
)
NOT_OURS = (
    "This page of the search is not yours, or damaged. Nothing was shown. Search again."
)


def search(
    id_types: Iterable[str],
    jurisdiction: str,
    number: str,
    acting: Acting,
    now: dt.datetime,
) -> list[bytes]:
    """The hashes to look for, once the search is recorded: without the number, nor
    anything made of it. Raises Refusal."""
    hashes = [persons.number_hash(one, jurisdiction, number) for one in id_types]
    hits = selectors.count(acting.participant, hashes)
    with transaction.atomic():
        is_allowed = personal_limits.allow(acting, VERB, AN_HOUR, now)
        status = Status.SUCCESSFUL if is_allowed else Status.FAILED
        _record(hits if is_allowed else 0, acting, status)
    if not is_allowed:
        raise Refusal(TOO_MANY)
    return hashes


def carried(hashes: Sequence[bytes], acting: Acting) -> str:
    """What the next page brings back: of use to this person, here, alone."""
    sealed = secrets.seal(b"".join(hashes), _bound_to(acting))
    return base64.urlsafe_b64encode(sealed).decode()


def brought(token: str, acting: Acting) -> list[bytes]:
    """Raises Refusal."""
    try:
        sealed = base64.b64decode(token, altchars=b"-_", validate=True)
        plain = secrets.open(sealed, _bound_to(acting))
    except (binascii.Error, ValueError, secrets.CannotOpen):
        raise Refusal(NOT_OURS) from None
    return [plain[at : at + HASH_SIZE] for at in range(0, len(plain), HASH_SIZE)]


def _bound_to(acting: Acting) -> str:
    return secrets.context("fini_search", acting.user.pk, acting.participant.code)


def _record(hits: int, acting: Acting, status: Status) -> None:
    activity.append(
        acting.participant,
        Kind.PERSONAL,
        Endpoint.WEB,
        f"{VERB}: [{hits}] records",
        status,
        user=acting.user,
        topics=["activity"],
    )
