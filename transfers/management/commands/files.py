"""`manage.py files list|export`: what HKEX distributed, for people and for programs."""

import argparse
import datetime as dt
import filecmp
import fnmatch
import itertools
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from keys.models import Platform
from portal.exchange.hktime import HONG_KONG, hk_time
from portal.form_days import YEARS
from portal.people.models import Participant
from transfers import contents
from transfers.contents import NotWhole
from transfers.models import RetrievedFile
from transfers.previews.letters import seen_name
from transfers.selectors import corner
from transfers.selectors.corner_filters import Wanted
from transfers.services import downloads

MOST = 2**31
AT_A_TIME = 100  # files of one record
OCCUPIED = (
    "Something else has the name {} already. It was left as it is. Export to an empty "
    "folder, or move it away."
)


class Command(BaseCommand):
    help = "List distributed files, or copy the kept ones into a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        """`files list --json`, `files export --to FOLDER --json`."""
        acts = parser.add_subparsers(dest="act", required=True)
        for name, words in (
            ("list", "newest first"),
            ("export", "copy the kept ones; each copy is checked by its SHA-256"),
        ):
            act = acts.add_parser(name, help=words)
            _filters(act)
            if name == "export":
                act.add_argument("--to", type=Path, required=True, help="the folder")

    def handle(self, *args: Any, **options: Any) -> None:
        failed = 0
        told: list[dict[str, Any]] = []
        for participant in _participants(options["participant"]):
            rows = _rows(participant, options)
            if options["act"] == "export":
                found = _exported(participant, rows, options["to"])
            else:
                found = (_told(row) for row in rows)
            for one in found:
                failed += "error" in one
                told.append(one) if options["json"] else self.stdout.write(_line(one))
        if options["json"]:
            self.stdout.write(json.dumps(told, indent=2, ensure_ascii=False))
        if failed:
            raise CommandError(
                f"{failed} of the files could not be copied. The others were. "
                "Read the errors above, and export those again."
            )


def _filters(act: argparse.ArgumentParser) -> None:
    act.add_argument("--participant", help="its code; all of them without it")
    act.add_argument("--since", type=_day, help="received on this day or later")
    act.add_argument("--pattern", default="", help="of the name, such as HBCN*.zip")
    act.add_argument("--platform", choices=Platform.values, default="")
    act.add_argument("--json", action="store_true", help="one JSON list")


def _day(text: str) -> dt.datetime:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("write the day as 2024-03-01") from None
    if day.year not in YEARS:
        raise argparse.ArgumentTypeError("there are files of 2000 to 2099 only")
    return dt.datetime.combine(day, dt.time(), tzinfo=HONG_KONG)


def _participants(code: str | None) -> list[Participant]:
    rows = Participant.objects.order_by("code")
    found = list(rows.filter(code=code) if code else rows)
    if code and not found:
        raise CommandError(f"There is no participant {code}.")
    return found


def _rows(participant: Participant, options: dict[str, Any]) -> Iterator[RetrievedFile]:
    wanted = Wanted(
        participant.pk, platform=options["platform"], since=options["since"]
    )
    pattern = options["pattern"].casefold()
    for row in corner.matching(wanted, MOST):
        if not pattern or fnmatch.fnmatchcase(row.name.casefold(), pattern):
            yield row


def _told(row: RetrievedFile) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "participant": row.participant.code,
        "platform": row.platform,
        "folder": row.folder,
        "name": row.name,
        "file_id": row.file_id,
        "subject": row.subject,
        "identity": row.identity.code if row.identity else "",
        "size": row.size,
        "received": hk_time(row.seen_at).isoformat(timespec="seconds"),
        "removed_by_hkex": hk_time(row.removed_at).isoformat(timespec="seconds"),
        "status": "purged" if row.purged_at else row.status,
        "sha256": row.sha256,
    }


def _line(told: dict[str, Any]) -> str:
    words = [told["received"], told["platform"], told["status"], str(told["size"])]
    ending = told.get("error") or told.get("path") or ""
    return "  ".join([*words, seen_name(told["name"]), ending]).rstrip()


def _exported(
    participant: Participant, rows: Iterator[RetrievedFile], to: Path
) -> Iterator[dict[str, Any]]:
    """Each kept file with its path, or with the error that kept it from there. A few
    at a time are on record before the first byte of them leaves the store."""
    folder = to / participant.code
    folder.mkdir(parents=True, exist_ok=True)
    names, there = contents.Names(), (row for row in rows if corner.is_there(row))
    while few := list(itertools.islice(there, AT_A_TIME)):
        downloads.record_export(participant, few, str(to))
        for row in few:
            try:
                path = _copied(row, folder / names.of(row))
            except (NotWhole, OSError) as fault:
                yield {**_told(row), "error": str(fault)}
            else:
                yield {**_told(row), "path": str(path)}


def _copied(row: RetrievedFile, path: Path) -> Path:
    """Whole or not at all, by a name of its own until then; what is there already
    stays as it is. Raises NotWhole, OSError."""
    descriptor, part = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(descriptor, "wb") as target:
            for block in contents.blocks(row, contents.opened(row)):
                target.write(block)
            target.flush()
            os.fsync(target.fileno())
        _name(Path(part), path)
    finally:
        Path(part).unlink(missing_ok=True)
    return path


def _name(part: Path, path: Path) -> None:
    """A link replaces nothing. Raises OSError for another content under the name."""
    try:
        os.link(part, path)
    except FileExistsError:
        if path.is_symlink() or not filecmp.cmp(part, path, shallow=False):
            raise FileExistsError(OCCUPIED.format(path)) from None
    except OSError:
        # A file system without links: what is replaced is the empty file just made.
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            raise FileExistsError(OCCUPIED.format(path)) from None
        os.replace(part, path)
