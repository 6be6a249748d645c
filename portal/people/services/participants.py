"""Participants and the codes by which the exchange knows them."""

from django.core.exceptions import ValidationError

from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.people.models import Identity, IdentityKind, Participant, User


class CannotAdd(Exception):
    """A code or a name that is not right, or is taken; says which."""


def add_participant(participant: Participant, *, by: User | None) -> Participant:
    """Save a new participant; raises CannotAdd."""
    with transaction.atomic():
        _save(participant)
        activity.append(
            participant,
            Kind.ACCESS,
            Endpoint.WEB,
            f"Add participant [{participant.code}] {participant.name}",
            Status.SUCCESSFUL,
            user=by,
        )
    return participant


def add_identity(
    participant: Participant, kind: IdentityKind, code: str, *, by: User | None
) -> Identity:
    """Add an identity to a participant; raises CannotAdd."""
    with transaction.atomic():
        identity = Identity(participant=participant, kind=kind, code=code)
        _save(identity)
        activity.append(
            participant,
            Kind.ACCESS,
            Endpoint.WEB,
            f"Add identity {identity}",
            Status.SUCCESSFUL,
            user=by,
        )
    return identity


def _save(row: Participant | Identity) -> None:
    try:
        row.full_clean()
    except ValidationError as fault:
        raise CannotAdd(" ".join(fault.messages)) from None
    row.save(force_insert=True)
