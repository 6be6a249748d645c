"""The destinations that the settings name: `CP00010.back-office`, one for one
participant."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage.handler import InvalidStorageError, StorageHandler

from transfers.destinations.folders import Folder
from transfers.destinations.items import CannotHandOver, Destination
from transfers.destinations.storages import Elsewhere

NAME = re.compile(r"(?P<participant>[-\w]{1,20})\.(?P<name>[A-Za-z0-9_-]{1,40})")
GONE = (
    "The settings name no destination “{name}” any more. Nothing was written. Ask who "
    "runs the portal, or end the rule."
)
NO_STORAGE = (
    "The destination “{name}” cannot be opened as the settings have it. Nothing was "
    "written. Ask who runs the portal."
)


def known() -> list[str]:
    """Every key, `CP00010.back-office`, of both settings."""
    return [*_folders(), *_storages()]


def names(participant: str) -> list[str]:
    """What administrators of this participant (its code) may choose."""
    mine = f"{participant}."
    found = (key.removeprefix(mine) for key in known() if key.startswith(mine))
    return sorted(found)


def opened(participant: str, name: str) -> Destination:
    """Raises CannotHandOver."""
    key = f"{participant}.{name}"
    if key in _folders():
        return Folder(Path(_folders()[key]))
    if key not in _storages():
        raise CannotHandOver(GONE.format(name=name), is_everywhere=True)
    try:
        return Elsewhere(StorageHandler().create_storage(_storages()[key]))
    except (
        InvalidStorageError,
        ImproperlyConfigured,
        TypeError,
        KeyError,
        AttributeError,
    ):
        fault = NO_STORAGE.format(name=name)
        raise CannotHandOver(fault, is_everywhere=True) from None


def faults() -> Iterator[tuple[str, str]]:
    """(key, what is wrong with it) of everything that can never work."""
    private = [Path(settings.VAR_DIR).resolve(), Path(settings.FILES_ROOT).resolve()]
    for key in known():
        if not NAME.fullmatch(key):
            yield key, "its name is not <participant>.<name>"
    for key in sorted({*_folders()} & {*_storages()}):
        yield key, "it is a folder and a storage at once"
    for key, text in _folders().items():
        if not Path(text).is_absolute():
            yield key, "its folder is not an absolute path"
        elif _is_rehearsals(Path(text)):
            continue
        elif _is_within(Path(text).resolve(), private):
            yield key, "its folder is part of the portal’s own, or holds it"
    for key in _storages():
        try:
            opened(*key.partition(".")[::2])
        except CannotHandOver:
            yield key, "its storage cannot be opened"


def _is_rehearsals(folder: Path) -> bool:
    """In a sandbox one folder of VAR_DIR is free: `make run` hands over to it, and
    `make reset` forgets it with the rest."""
    free = Path(settings.VAR_DIR).resolve() / "handed-over"
    return settings.DEPLOYMENT == "sandbox" and folder.resolve() == free


def _is_within(folder: Path, private: list[Path]) -> bool:
    return any(
        folder.is_relative_to(own) or own.is_relative_to(folder) for own in private
    )


def absent() -> Iterator[tuple[str, str]]:
    """(key, folder) of those that are not there now: a mount may come later."""
    for key, text in _folders().items():
        if Path(text).is_absolute() and not Path(text).is_dir():
            yield key, text


def _folders() -> dict[str, str]:
    found: dict[str, str] = settings.HAND_OVER_FOLDERS
    return found


def _storages() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = settings.HAND_OVER_STORAGES
    return found
