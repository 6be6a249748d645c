"""Seal every secret anew under the newest master key, after one was put in front."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import resealing


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", choices=resealing.names(), help="one kind only")

    def handle(self, *args: Any, **options: Any) -> None:
        lost: list[str] = []
        for name in [options["only"]] if options["only"] else resealing.names():
            outcome = resealing.reseal(name)
            lost += outcome.unopened
            print(f"{name}: {outcome.done} sealed anew, {outcome.kept} as they were")
        if lost:
            raise CommandError(
                "These open with no master key that is configured, and were left as "
                "they are: " + ", ".join(lost)
            )
