"""Who may do what at a participant; every change is an activity of kind Role."""

from collections.abc import Collection, Iterable

from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.people.models import Identity, Membership, Participant, Role, User


class CannotGrant(Exception):
    """Roles or identities that do not go together, or by somebody who may not."""


def grant(
    user: User,
    participant: Participant,
    roles: Collection[Role],
    identities: Collection[Identity],
    *,
    by: User,
) -> Membership:
    """Make or change the person's membership; raises CannotGrant."""
    check(user, participant, roles, identities, by)
    with transaction.atomic():
        membership, is_new = Membership.objects.select_for_update(
            no_key=True
        ).get_or_create(user=user, participant=participant)
        membership.roles = frozenset(roles)
        membership.is_active = True
        membership.save()
        membership.identities.set(identities)
        verb = "Grant" if is_new else "Change"
        told = f"{verb} [{user.username}]: {in_words(roles, identities)}"
        _record(membership, told, by)
    return membership


def end(membership: Membership, *, by: User) -> None:
    """The person leaves the participant; the row stays, for the log. Raises
    CannotGrant."""
    _check_who(membership.user, membership.participant, by)
    with transaction.atomic():
        ended = Membership.objects.filter(pk=membership.pk, is_active=True).update(
            is_active=False
        )
        if ended:
            _record(membership, f"End [{membership.user.username}]", by)


def check(
    user: User | None,
    participant: Participant,
    roles: Collection[Role],
    identities: Collection[Identity],
    by: User,
) -> None:
    """Raises CannotGrant with a sentence; `user` is None for somebody new."""
    _check_who(user, participant, by)
    if not roles:
        raise CannotGrant("A membership needs at least one role.")
    if Role.COMPLIANCE in roles and len(set(roles)) > 1:
        raise CannotGrant("Compliance reads and writes nothing: it stands alone.")
    if any(identity.participant_id != participant.pk for identity in identities):
        raise CannotGrant(f"An identity here is not one of {participant.code}.")


def _check_who(user: User | None, participant: Participant, by: User) -> None:
    if user is not None and user.pk == by.pk:
        raise CannotGrant("Nobody changes what they may do themselves.")
    may = by.is_active and (
        by.is_site_admin
        or Membership.objects.filter(
            user=by, participant=participant, is_active=True, is_admin=True
        ).exists()
    )
    if not may:
        raise CannotGrant(
            f"{by.username} is neither an administrator of {participant.code} nor a"
            " site admin."
        )


def in_words(roles: Iterable[Role], identities: Iterable[Identity]) -> str:
    """Operations, Approver for AAA000 (CE number)"""
    words = ", ".join(role.label for role in Role if role in set(roles))
    codes = ", ".join(sorted(str(identity) for identity in identities))
    return f"{words} for {codes}" if codes else words


def _record(membership: Membership, told: str, by: User) -> None:
    activity.append(
        membership.participant,
        Kind.ROLE,
        Endpoint.WEB,
        told,
        Status.SUCCESSFUL,
        user=by,
        refs={"membership": str(membership.pk), "user": str(membership.user_id)},
    )
