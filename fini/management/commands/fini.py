"""FINI for people who automate: list IPOs, submit a file, query, reconcile."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fini import command
from fini.batches.rows import BatchUnreadable
from fini.refusals import Refusal
from portal import secrets
from portal.exchange.errors import ExchangeError

CANNOT_OPEN = "The private key of the FINI profile cannot be opened. Nothing was asked."


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        shared = ArgumentParser(add_help=False)
        shared.add_argument("--json", action="store_true", help="JSON on stdout")
        shared.add_argument("--participant", required=True, help="its code")
        shared.add_argument("--environment", default="", help="where it has several")
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("ipos", parents=[shared], help="the IPOs that FINI lists")
        submit = acts.add_parser(
            "submit",
            parents=[shared],
            help="a CSV or XLSX file as a batch; approval applies. Exit code 1 when a "
            "row fails, and nothing is queued then",
        )
        submit.add_argument("file", type=Path)
        submit.add_argument("--user", required=True, help="the operator who submits")
        submit.add_argument("--ipo", default="", help="where the file has no column")
        submit.add_argument("--firm", default="", help="where the file has no column")
        submit.add_argument(
            "--leave-out", action="store_true", help="send without the rows that fail"
        )
        query = acts.add_parser("query", parents=[shared], help="a batch as it stands")
        query.add_argument("batch", type=int, help="its number")
        reconcile = acts.add_parser(
            "reconcile",
            parents=[shared],
            help="what FINI has of an IPO beside ours; exit code 1 when it differs",
        )
        reconcile.add_argument("ipo")

    def handle(self, *args: Any, **options: Any) -> None:
        act = {
            "ipos": command.ipos,
            "submit": command.submit,
            "query": command.query,
            "reconcile": command.reconcile,
        }[options["act"]]
        try:
            answer, is_well = act(options)
        except (command.NotNamed, Refusal) as no:
            raise CommandError(str(no)) from None
        except (BatchUnreadable, ExchangeError) as no:
            raise CommandError(no.sentence) from None
        except secrets.CannotOpen:
            raise CommandError(CANNOT_OPEN) from None
        if options["json"]:
            print(json.dumps(answer, default=str))
        else:
            for row in answer:
                print("  ".join(f"{name}={value}" for name, value in row.items()))
        if not is_well:
            sys.exit(1)
