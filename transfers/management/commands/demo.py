"""`manage.py demo`: seed a sandbox deployment, and say who can sign in."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from keys.models import SftpAccount
from portal import clock
from transfers.demo import exchange, people, samples


class Command(BaseCommand):
    help = "Seed the demo of a sandbox deployment; a second run keeps the data."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--print", action="store_true", help="only say who is who")
        parser.add_argument("--json", action="store_true", help="say it as JSON")
        parser.add_argument(
            "--sample-dir",
            type=Path,
            default=Path(settings.VAR_DIR) / "samples",
            help="where today's sample zips go",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEPLOYMENT != "sandbox":
            raise CommandError(
                "This deployment is real. A demo person would stop it from starting."
                " Invite people instead: manage.py invite."
            )
        accounts, files = [], []
        if not options["print"]:
            try:
                accounts = exchange.seed(people.seed())
            except exchange.NoSandbox as fault:
                raise CommandError(str(fault)) from None
            files = samples.write(options["sample_dir"], clock.today())
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(accounts, files), indent=2))
        else:
            self.stdout.write("\n".join(_lines(options["sample_dir"])))


def _lines(folder: Path) -> list[str]:
    """Aligned lines; `make run` draws its box around them."""
    widest = max(len(person.username) for person in people.PEOPLE)
    who = [
        f"  {person.username:<{widest}}  {person.what}, {_where(person)}"
        for person in people.PEOPLE
    ]
    return [
        f"Sign in at {settings.BASE_URL}",
        *who,
        f"Password of all: {people.DEMO_PASSWORD}",
        f"Sample files to submit: {_short(folder)}",
    ]


def _where(person: people.DemoPerson) -> str:
    return " and ".join(sorted(person.roles)) or "no participant"


def _short(folder: Path) -> str:
    """Relative to the checkout where it is in it."""
    if folder.is_relative_to(settings.BASE_DIR):
        return str(folder.relative_to(settings.BASE_DIR))
    return str(folder)


def _as_json(accounts: list[SftpAccount], files: list[Path]) -> dict[str, Any]:
    return {
        "url": settings.BASE_URL,
        "password": people.DEMO_PASSWORD,
        "people": {person.username: person.what for person in people.PEOPLE},
        "accounts": {
            account.login_id: account.participant.code for account in accounts
        },
        "samples": [str(path) for path in files],
    }
