"""What a test of fetching says: publish at the exchange, visit, read what was kept."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings

from keys.models import SftpAccount
from portal import clock, files
from portal.people.models import Participant
from sandbox.inthread import SandboxThread
from transfers.models import Fetching, RetrievedFile, RetrievedStatus
from transfers.services import rounds
from transfers.visit.run import run

S = RetrievedStatus
MAPPING, REPORTS = "HBCNMAPP", "HBCNRFPR"


class FetchRig:
    """One account, and the boxes of its participant at the exchange."""

    def __init__(
        self, box: SandboxThread, account: SftpAccount, participant: Participant
    ) -> None:
        self.box = box
        self.account = account
        self._participant = participant

    def publish(
        self, name: str, content: bytes = b"one\n", folder: str = REPORTS, **more: Any
    ) -> None:
        platform = self.account.facility.platform
        self.box.publish(
            self._participant.code, folder, name, content, platform, **more
        )

    def fetch(self) -> None:
        """Wanted now, and a worker's visit."""
        Fetching.objects.get_or_create(account=self.account)
        Fetching.objects.filter(account=self.account).update(not_before=None)
        rounds.want(self.account.pk, clock.now())
        self.visit()

    def visit(self) -> None:
        SftpAccount.objects.filter(pk=self.account.pk).update(
            visit_due_at=clock.real_now()
        )
        run(self.account.pk)

    def on_the_disk(self) -> list[Path]:
        """All that lies in the participant's store, parts too."""
        ours = Path(settings.FILES_ROOT) / str(self._participant.pk)
        return [path for path in ours.rglob("*") if path.is_file()]

    def parts(self) -> list[Path]:
        return [path for path in self.on_the_disk() if path.suffix == ".part"]

    def row(self, name: str) -> RetrievedFile:
        return RetrievedFile.objects.get(name=name)

    def kept(self) -> dict[str, str]:
        """SHA-256 of what our store holds, by name."""
        rows = RetrievedFile.objects.filter(status=S.KEPT)
        return {row.name: sha256(content_of(row)) for row in rows}

    def reads(self) -> dict[str, int]:
        """How often each file was opened at the exchange, by all accounts."""
        counted: dict[str, int] = {}
        for one in self.box.counters()["accounts"].values():
            for entry in one["downloads"]:
                name = entry["path"].rsplit("/", 1)[-1]
                counted[name] = counted.get(name, 0) + entry["opens"]
        return counted


def content_of(row: RetrievedFile) -> bytes:
    with files.open(row.participant_id, row.stored_key) as source:
        return source.read()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest().upper()
