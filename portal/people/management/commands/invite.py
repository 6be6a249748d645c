"""`manage.py invite`: an account for somebody, and a link to set its password."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.people.models import Identity, Participant, Role, User
from portal.people.services import invitations
from portal.people.services.invitations import CannotInvite, Place
from portal.people.services.memberships import CannotGrant


class Command(BaseCommand):
    help = "Invite a person to a participant, or a site admin; mails a one-time link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--email", required=True)
        parser.add_argument("--full-name", default="")
        parser.add_argument("--by", help="who invites: an administrator or site admin")
        parser.add_argument("--participant", help="the participant's code")
        parser.add_argument(
            "--role", action="append", default=[], choices=[role.value for role in Role]
        )
        parser.add_argument("--identity", action="append", default=[], metavar="CODE")
        parser.add_argument("--site-admin", action="store_true")
        parser.add_argument(
            "--print-link", action="store_true", help="print the secret link as well"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            invitation = _invite(options)
        except (CannotInvite, CannotGrant) as fault:
            raise CommandError(str(fault)) from None
        self.stdout.write(f"Invited {invitation.user.username}; the link is in a mail.")
        if options["print_link"]:
            self.stdout.write(invitation.link)


def _invite(options: dict[str, Any]) -> invitations.Invitation:
    by = _person(options["by"])
    name, email, full_name = (
        options["username"],
        options["email"],
        options["full_name"],
    )
    if options["site_admin"]:
        if options["participant"] or options["role"] or options["identity"]:
            raise CannotInvite("A site admin has no participant, role or identity.")
        return invitations.invite_site_admin(name, email, by=by, full_name=full_name)
    if by is None:
        raise CannotInvite("Say who invites: --by USERNAME.")
    place = _place(options)
    return invitations.invite(name, email, place, by=by, full_name=full_name)


def _person(username: str | None) -> User | None:
    if username is None:
        return None
    person = User.objects.filter(username__iexact=username, is_active=True).first()
    if person is None:
        raise CannotInvite(f"There is nobody called {username}.")
    return person


def _place(options: dict[str, Any]) -> Place:
    code = options["participant"]
    participant = Participant.objects.filter(code=code).first()
    if participant is None:
        raise CannotInvite(
            f"There is no participant {code}: add it with manage.py participant."
            if code
            else "Say where: --participant CODE."
        )
    roles = [Role(value) for value in options["role"]]
    return Place(
        participant, roles, [_identity(participant, c) for c in options["identity"]]
    )


def _identity(participant: Participant, code: str) -> Identity:
    """By its code; two kinds may share one, then both are meant by neither."""
    found = list(participant.identities.filter(code=code))
    if len(found) != 1:
        how_many = "no" if not found else "more than one"
        raise CannotInvite(f"{participant.code} has {how_many} identity {code}.")
    return found[0]
