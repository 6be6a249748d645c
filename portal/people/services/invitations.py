"""Inviting a person: an account without a password, and a link to set one."""

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.alerts import mail, outbox
from portal.people.models import Identity, Participant, Role, User
from portal.people.services import memberships, sign_ins


class InvitationToken(PasswordResetTokenGenerator):
    """Good for PASSWORD_RESET_TIMEOUT, and for one password: it covers the old one."""

    key_salt = "portal.people.invitation"


token = InvitationToken()


class CannotInvite(Exception):
    """The invitation contradicts itself, or the inviter may not; says which."""


@dataclass(frozen=True)
class Place:
    """Where the invited person will work, and as what."""

    participant: Participant
    roles: Collection[Role]
    identities: Collection[Identity]


@dataclass(frozen=True)
class Invitation:
    """The link is a secret until it is used: shown to nobody but the person."""

    user: User
    link: str


def invite(
    username: str,
    email: str,
    place: Place,
    *,
    by: User,
    full_name: str = "",
) -> Invitation:
    """Make the account (or give a waiting one a new link), grant the place, and put
    the link in the outbox. Raises CannotInvite, memberships.CannotGrant."""
    waiting = User.objects.filter(username__iexact=username).first()
    if waiting is not None and waiting.has_usable_password():
        raise CannotInvite(f"{username} has an account already and needs no link.")
    memberships.check(waiting, place.participant, place.roles, place.identities, by)
    with transaction.atomic():
        user = waiting or _new(username, email, full_name)
        memberships.grant(user, place.participant, place.roles, place.identities, by=by)
        invitation = Invitation(user, link_for(user))
        _mail(invitation, place.participant)
        _record(user, place.participant, by)
    return invitation


def invite_site_admin(
    username: str, email: str, *, by: User | None, full_name: str = ""
) -> Invitation:
    """A site admin invites another; the very first is invited by the command alone."""
    if by is None and User.objects.filter(is_site_admin=True).exists():
        raise CannotInvite("There is a site admin already: one of them invites others.")
    if by is not None and not (by.is_active and by.is_site_admin):
        raise CannotInvite(f"{by.username} is no site admin.")
    if User.objects.filter(username__iexact=username).exists():
        raise CannotInvite(f"{username} has an account already.")
    with transaction.atomic():
        user = _new(username, email, full_name, is_site_admin=True)
        invitation = Invitation(user, link_for(user))
        _mail(invitation, None)
        _record(user, None, by)
    return invitation


def accept(user: User, password: str, address: str) -> None:
    """The invited person sets the first password; the link is used up by it."""
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        sign_ins.record_access(user, address, "Password set by invitation")


def link_for(user: User) -> str:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("people_invitation", args=[uid, token.make_token(user)])
    return f"{settings.BASE_URL.rstrip('/')}{path}"


def _new(
    username: str, email: str, full_name: str, *, is_site_admin: bool = False
) -> User:
    user = User(
        username=username,
        email=email,
        full_name=full_name,
        is_site_admin=is_site_admin,
    )
    user.set_unusable_password()
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as fault:
        raise CannotInvite(" ".join(fault.messages)) from None
    user.save(force_insert=True)
    return user


def _mail(invitation: Invitation, participant: Participant | None) -> None:
    """The one mail that carries a secret: its link works once, for three days."""
    band, user = mail.environment(), invitation.user
    subject = f"{band.prefix}You are invited to the Participant Portal"
    words = {
        "subject": subject,
        "environment": band,
        "invitation": invitation,
        "participant": participant,
    }
    composed = mail.Composed(
        mail.one_line(subject),
        render_to_string("account/mail/invitation.txt", words),
        render_to_string("account/mail/invitation.html", words),
    )
    outbox.put(composed, [(user.email, user)], participant=participant)


def _record(user: User, participant: Participant | None, by: User | None) -> None:
    activity.append(
        participant,
        Kind.ROLE,
        Endpoint.WEB,
        f"Invite [{user.username}]" + ("" if participant else " as site admin"),
        Status.SUCCESSFUL,
        user=by,
        refs={"user": str(user.pk)},
    )
