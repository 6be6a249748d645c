"""Files put into download folders on command: one or many, given or generated."""

import asyncio
import base64
import binascii
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox import distribution, generated
from sandbox.catalogue import subject_of
from sandbox.hktime import moment_of
from sandbox.layout import SandboxError
from sandbox.shelf import BoxFile, NewFile

if TYPE_CHECKING:
    from sandbox.exchange import Exchange

_FIELDS = {"login", "participant", "platform", "folder", "name", "any_name"}
_CONTENTS = ("content", "text", "size")
_FIELDS |= {*_CONTENTS, "seed", "placed_at"}


class Publisher:
    """What it takes is put down in one transaction, or not at all."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._journal = exchange.journal

    async def publish(self, files: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Files as POST /control/publish describes them; raises SandboxError."""
        parsed = [self._parse(wanted) for wanted in files]
        # What is generated may be long: the loop has sessions to serve meanwhile.
        ready = await asyncio.to_thread(lambda: [_with_sha256(new) for new in parsed])
        shelf = self._journal.shelf
        with self._journal.transaction():
            numbers = [shelf.put(new) for new in ready]
        return [view(shelf.get(number)) for number in numbers]

    async def distributed(self) -> list[dict[str, Any]]:
        """Everything that was ever distributed, the oldest first."""
        files = reversed(self._journal.shelf.shared())
        return [await self._view(file) for file in files]

    async def _view(self, file: BoxFile) -> dict[str, Any]:
        if not file.sha256:
            shelf = self._journal.shelf
            sha256 = await asyncio.to_thread(shelf.sha256, file)
            shelf.note_sha256(file.id, sha256)
            file = shelf.get(file.id)
        return view(file)

    def _parse(self, wanted: dict[str, Any]) -> NewFile:
        if unknown := set(wanted) - _FIELDS:
            raise SandboxError(f"There are no fields {sorted(unknown)}.")
        if sum(name in wanted for name in _CONTENTS) != 1:
            raise SandboxError(f"A file has one of {list(_CONTENTS)}.")
        participant, platform = self._whose(wanted)
        name, folder = wanted["name"], wanted["folder"]
        owner, path = distribution.place(
            platform, participant, folder, name, any_name=bool(wanted.get("any_name"))
        )
        at = self._time(wanted.get("placed_at"))
        size = wanted.get("size")
        if size is None:
            return NewFile(owner, path, name, at, content=_content(wanted))
        if isinstance(size, bool) or not isinstance(size, int) or size < 0:
            raise SandboxError("The size is a whole number, not negative.")
        seed = str(wanted.get("seed") or name)
        return NewFile(owner, path, name, at, seed=seed, size=size)

    def _whose(self, wanted: dict[str, Any]) -> tuple[str, str]:
        """Participant and platform: those named, or the login's."""
        if "participant" in wanted:
            return str(wanted["participant"]), wanted.get("platform", "ECP")
        account = self._exchange.accounts.get(wanted["login"])
        return account.participant, account.platform

    def _time(self, given: str | None) -> datetime:
        """Now, unless another is given; without an offset it is Hong Kong's."""
        if given is None:
            return self._exchange.clock.now()
        return moment_of(given)


def view(file: BoxFile) -> dict[str, Any]:
    """One file as the control API shows it; `participant` is * for everyone's."""
    _, _, participant = file.owner.partition(":")
    platform = distribution.platform_at(file.folder)
    is_ecp = platform == "ECP"
    return {
        "platform": platform,
        "participant": participant or distribution.FOR_ALL,
        "path": file.path,
        "name": file.name,
        "subject": subject_of(file.name) if is_ecp else "",
        "size": file.size,
        "sha256": file.sha256,
        "placed_at": file.placed_at.isoformat(),
        "last_day": distribution.last_day(
            file.folder, file.placed_at.date()
        ).isoformat(),
        "gone": file.gone,
    }


def _with_sha256(new: NewFile) -> NewFile:
    if not new.seed:
        return new
    return replace(new, sha256=generated.sha256(new.seed, new.size))


def _content(wanted: dict[str, Any]) -> bytes:
    if "text" in wanted:
        return str(wanted["text"]).encode()
    content = wanted["content"]
    if isinstance(content, bytes):  # from a test in the same program
        return content
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error:
        raise SandboxError("The content is base64.") from None
