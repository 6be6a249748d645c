"""`manage.py participant`: a participant and the codes the exchange knows it by."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.activity import transaction
from portal.people.models import Identity, IdentityKind, Participant, User
from portal.people.services import participants
from portal.people.services.participants import CannotAdd

KINDS = {"EP": "is_ep", "non-EP-RRI": "is_non_ep_rri", "CP": "is_cp"}


class Command(BaseCommand):
    help = "Add a participant, or identities to one that is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code")
        parser.add_argument("--by", required=True, help="a site admin's user name")
        parser.add_argument("--name", help="needed for a new participant")
        parser.add_argument("--kind", action="append", default=[], choices=list(KINDS))
        parser.add_argument("--uses-wings", action="store_true")
        parser.add_argument("--no-approval", action="store_true")
        parser.add_argument(
            "--identity",
            action="append",
            default=[],
            metavar="KIND:CODE",
            help=f"KIND is one of {', '.join(IdentityKind.values)}",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(
            username__iexact=options["by"], is_site_admin=True, is_active=True
        ).first()
        if by is None:
            raise CommandError(f"{options['by']} is no site admin.")
        try:
            with transaction.atomic():
                participant = _participant(options, by)
                added = [_identity(participant, t, by) for t in options["identity"]]
        except CannotAdd as fault:
            raise CommandError(str(fault)) from None
        told = ", ".join(str(identity) for identity in added) or "no new identity"
        self.stdout.write(f"{participant.code} {participant.name}: {told}")


def _participant(options: dict[str, Any], by: User) -> Participant:
    found = Participant.objects.filter(code=options["code"]).first()
    if found is not None:
        return found
    new = Participant(
        code=options["code"],
        name=options["name"] or "",
        uses_wings=options["uses_wings"],
        approval_required=not options["no_approval"],
        **{KINDS[kind]: True for kind in options["kind"]},
    )
    return participants.add_participant(new, by=by)


def _identity(participant: Participant, text: str, by: User) -> Identity:
    kind, _, code = text.partition(":")
    if kind not in IdentityKind.values:
        raise CannotAdd(f"{text} is not KIND:CODE with a known kind.")
    return participants.add_identity(participant, IdentityKind(kind), code, by=by)
