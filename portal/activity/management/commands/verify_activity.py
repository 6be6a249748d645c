"""Checks every activity chain from its first row; exit status 1 when one is broken."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.activity import checkpoints, triggers, verify
from portal.activity.models import Chain


class Command(BaseCommand):
    help = "Check the activity log: names the first broken row of each chain."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--participant", metavar="CODE", help="only this chain")
        parser.add_argument("--checkpoint", metavar="FILE", help="a checkpoint mail")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        code = options["participant"]
        if code and not Chain.objects.filter(name=code).exists():
            raise CommandError(f"There is no activity chain named {code}.")
        marks = _marks(options["checkpoint"])
        report = verify.verify(code)
        report.faults += checkpoints.compare(
            [mark for mark in marks if not code or mark.chain == code]
        )
        if options["as_json"]:
            self.stdout.write(json.dumps(report.as_json()))
        else:
            self._say(report, len(marks))
        if report.faults:
            sys.exit(1)

    def _say(self, report: verify.Report, marks: int) -> None:
        for name in triggers.missing():
            self.stderr.write(f"warning: the trigger {name} is missing")
        for fault in report.faults:
            self.stdout.write(f"broken: {fault}")
        if not report.faults:
            self.stdout.write(f"intact: {report.rows} rows in {report.chains} chains")
            if marks:
                self.stdout.write(f"the checkpoint of {marks} chains agrees")


def _marks(path: str | None) -> list[checkpoints.Mark]:
    if path is None:
        return []
    try:
        return checkpoints.parse(Path(path).read_text(errors="replace"))
    except OSError as fault:
        raise CommandError(f"{path} cannot be read: {fault.strerror}.") from None
    except checkpoints.NotACheckpoint as fault:
        raise CommandError(f"{path}: {fault}") from None
