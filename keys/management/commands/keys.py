"""Keys for people who automate: list, renew, export the public half, check."""

import json
import sys
import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from keys.models import SftpAccount
from keys.refusals import Refusal
from keys.selectors.ends import keys_of
from keys.selectors.keys import fingerprint_text, key_file
from keys.selectors.readiness import checklist
from keys.services.renewals import start_renewal
from portal import clock

Answer = list[dict[str, Any]]


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        json_too = ArgumentParser(add_help=False)
        json_too.add_argument("--json", action="store_true", help="JSON on stdout")
        json_too.add_argument("--participant", help="its code; all without it")
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list", parents=[json_too], help="accounts and their keys")
        for name, told in (
            ("renew", "start a renewal, to be uploaded by the next visit"),
            ("export", "write the public key files"),
            ("check", "what is missing before the account can send; exit code 1"),
        ):
            one = acts.add_parser(name, parents=[json_too], help=told)
            one.add_argument("login_id")
            if name == "renew":
                one.add_argument("--overwrite", action="store_true")
            if name == "export":
                one.add_argument("--to", type=Path, default=Path())

    def handle(self, *args: Any, **options: Any) -> None:
        act = {
            "list": _listed,
            "renew": _renewed,
            "export": _exported,
            "check": _checked,
        }[options["act"]]
        try:
            answer = act(options)
        except Refusal as no:
            raise CommandError(str(no)) from None
        if options["json"]:
            print(json.dumps(answer, default=str))
        else:
            for row in answer:
                print("  ".join(f"{name}={value}" for name, value in row.items()))
        if options["act"] == "check" and not all(row["ok"] for row in answer):
            sys.exit(1)


def _accounts(options: dict[str, Any]) -> list[SftpAccount]:
    rows = SftpAccount.objects.select_related("facility", "participant").order_by(
        "participant__code", "facility__name", "login_id"
    )
    if options["participant"]:
        rows = rows.filter(participant__code=options["participant"])
    if options.get("login_id"):
        rows = rows.filter(login_id=options["login_id"])
    return list(rows)


def _account(options: dict[str, Any]) -> SftpAccount:
    found = _accounts(options)
    if len(found) != 1:
        raise CommandError(
            f"{options['login_id']} names {len(found)} accounts. Nothing was done. "
            "Name one login ID, with --participant if several have it."
        )
    return found[0]


def _listed(options: dict[str, Any]) -> Answer:
    today = clock.today()
    return [
        {
            "participant": held.account.participant.code,
            "facility": held.account.facility.name,
            "login_id": held.account.login_id,
            "slot": held.timeline.slot(v.fingerprint, today),
            "created_on": v.works_from,
            "expires_on": v.expires_on,
            "fingerprint": v.fingerprint,
            "compromised": v.compromised_on is not None,
            "enabled": held.account.is_enabled,
        }
        for held in keys_of(_accounts(options))
        for v in held.timeline.validities
    ]


def _renewed(options: dict[str, Any]) -> Answer:
    account = _account(options)
    renewal = start_renewal(account, clock.now(), overwrite=options["overwrite"])
    return [
        {
            "login_id": account.login_id,
            "renewal": renewal.pk,
            "status": renewal.status,
            "fingerprint": renewal.key.fingerprint_md5,
        }
    ]


def _exported(options: dict[str, Any]) -> Answer:
    """Of every key that is not over, its newest last; public halves only."""
    account, today = _account(options), clock.today()
    held = keys_of([account])[0]
    over = {v.fingerprint for v in held.timeline.validities if v.expires_on <= today}
    answer = []
    for key in account.keys.filter(revoked_on=None).order_by("created_at"):
        if key.fingerprint_md5 in over:
            continue
        for name, content in (key_file(key), fingerprint_text(key)):
            path = _free(options["to"] / name, key.pk)
            path.write_bytes(content)
            answer.append({"file": path, "fingerprint": key.fingerprint_md5})
    return answer


def _free(path: Path, pk: uuid.UUID) -> Path:
    """A file that is there is not overwritten: it may be another key's."""
    return path.with_stem(f"{path.stem}-{str(pk)[:8]}") if path.exists() else path


def _checked(options: dict[str, Any]) -> Answer:
    return [
        {"item": line.item, "ok": line.is_green, "what_to_do": line.what_to_do}
        for line in checklist(_account(options), clock.today())
    ]
