"""Fetch for one account now, as a worker's visit does, or only list what it would."""

import dataclasses
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from keys.models import SftpAccount
from keys.selectors import renewals
from portal import clock
from transfers.models import Fetching, RetrievedFile
from transfers.selectors.fetching import why_not
from transfers.services import rounds
from transfers.services.refusals import Refusal
from transfers.services.wakes import visit_soon
from transfers.visit import dry
from transfers.visit.run import run

Answer = list[dict[str, Any]]


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--account", required=True, help="its login ID")
        parser.add_argument("--participant", help="its code, if several have the login")
        parser.add_argument("--dry-run", action="store_true", help="only list")
        parser.add_argument("--json", action="store_true", help="JSON on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        account = _account(options)
        try:
            answer = _listed(account) if options["dry_run"] else _fetched(account)
        except Refusal as no:
            raise CommandError(no.sentence) from None
        if options["json"]:
            self.stdout.write(json.dumps(answer, default=str))
            return
        for row in answer:
            self.stdout.write("  ".join(f"{name}={row[name]}" for name in row))


def _account(options: dict[str, Any]) -> SftpAccount:
    rows = SftpAccount.objects.filter(login_id=options["account"])
    if options["participant"]:
        rows = rows.filter(participant__code=options["participant"])
    found = list(rows.select_related("facility", "participant"))
    if len(found) != 1:
        raise CommandError(
            f"{options['account']} names {len(found)} accounts. Nothing was done. Name "
            "one login ID, with --participant if several have it."
        )
    return found[0]


def _listed(account: SftpAccount) -> Answer:
    """Every file that is shown; `known` is empty for what would be fetched."""
    return [dataclasses.asdict(one) for one in dry.look(account.pk)]


def _fetched(account: SftpAccount) -> Answer:
    """What has been kept, or failed, since the command began. Raises Refusal."""
    began = clock.now()
    if why := why_not(account, began):
        raise Refusal(f"{why} Nothing was done.")
    if renewals.login_from(account, began) > began:
        raise Refusal(
            "HKEX counts logins, and another one now would lock the account. Nothing "
            "was done. Try again in five minutes."
        )
    rounds.want(account.pk, began)
    visit_soon(account.pk)
    run(account.pk)
    left = Fetching.objects.get(account=account)
    if left.wanted_since is not None and left.wanted_since <= began:
        why = left.sentence or "A worker visits the account just now, and does it."
        raise Refusal(f"{why} It is not done yet, and goes on by itself.")
    rows = RetrievedFile.objects.filter(account=account, seen_at__gte=began)
    rows |= RetrievedFile.objects.filter(account=account, kept_at__gte=began)
    return [_told(row) for row in rows.order_by("folder", "name")]


def _told(row: RetrievedFile) -> dict[str, Any]:
    return {
        "folder": row.folder,
        "name": row.name,
        "size": row.size,
        "status": row.status,
        "sha256": row.sha256,
        "sentence": row.sentence,
    }
