"""The record of sign-ins, in the chain of each participant the person belongs to."""

from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.people.models import Participant, User


def record_sign_in(user: User, address: str, second_factor: str) -> None:
    """A sign-in is whole; its description is empty (Guide A §3.4)."""
    refs = {"address": address, "second_factor": second_factor or "none"}
    with transaction.atomic():
        user.last_address = address
        user.save(update_fields=["last_address"])
        _append(user, Kind.LOGIN, "", Status.SUCCESSFUL, refs)


def record_refusal(user: User | None, address: str, why: str) -> None:
    """A sign-in that failed. The typed name of nobody is not kept: it may well be a
    password typed into the wrong field."""
    with transaction.atomic():
        _append(user, Kind.LOGIN, why, Status.FAILED, {"address": address})


def record_sign_out(user: User, address: str, why: str = "") -> None:
    """Signed out; `why` when the session ended by itself."""
    with transaction.atomic():
        _append(user, Kind.LOGOUT, why, Status.SUCCESSFUL, {"address": address})


def record_access(user: User, address: str, what: str) -> None:
    """The person changed how they sign in: password, second factor."""
    with transaction.atomic():
        _append(user, Kind.ACCESS, what, Status.SUCCESSFUL, {"address": address})


def record_forbidden(
    user: User, participant: Participant, path: str, came_from: str
) -> None:
    """A member tried to open what their role does not include."""
    with transaction.atomic():
        activity.append(
            participant,
            Kind.ACCESS,
            Endpoint.WEB,
            f"Refused [{path}]",
            Status.FAILED,
            user=user,
            refs={"address": came_from},
        )


def _append(
    user: User | None,
    kind: Kind,
    description: str,
    status: Status,
    refs: dict[str, str],
) -> None:
    for participant in _participants(user):
        activity.append(
            participant, kind, Endpoint.WEB, description, status, user=user, refs=refs
        )


def _participants(user: User | None) -> list[Participant | None]:
    if user is None:
        return [None]
    theirs = Participant.objects.filter(
        memberships__user=user, memberships__is_active=True
    )
    return list(theirs) or [None]
