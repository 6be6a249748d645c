"""Where files lie, how they are opened and linked, and what a failing disk means."""

import errno
import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

BLOCK = 1 << 20
KEY = re.compile(r"[0-9a-f]{64}")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EROFS, errno.EACCES, errno.EPERM)


@dataclass(frozen=True)
class Stored:
    """key: to open it again; size: bytes; sha256: 64 upper-case hex digits."""

    key: str
    size: int
    sha256: str


class NoRoom(OSError):
    """The disk is full; the part or store is as it was before the write."""

    def __init__(self) -> None:
        super().__init__(errno.ENOSPC, "The portal’s disk is full. Nothing was lost.")


class NotWritable(OSError):
    """The store is read-only, or not the portal's; it is as it was before."""

    def __init__(self, number: int) -> None:
        sentence = "The portal may not write to its file store. Nothing was lost."
        super().__init__(number, sentence)


@contextmanager
def failures_said() -> Iterator[None]:
    """Raises NoRoom for a full disk and NotWritable for a store that takes nothing,
    wherever the writing met it."""
    try:
        yield
    except OSError as failure:
        raise said(failure) from None


def said(failure: OSError) -> OSError:
    """NoRoom, NotWritable, or else the failure itself."""
    if isinstance(failure, (NoRoom, NotWritable)):
        return failure
    if failure.errno in _FULL:
        return NoRoom()
    if failure.errno in _FORBIDDEN:
        return NotWritable(failure.errno)
    return failure


def open_for_reading(path: Path, shown: str) -> BinaryIO:
    """By descriptor, so that neither the file nor an error tells its path."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise FileNotFoundError(errno.ENOENT, "not stored", shown) from None
    return os.fdopen(descriptor, "rb")


def link(path: Path, target: Path) -> None:
    """Durably; a target that is there already has the same content."""
    with suppress(FileExistsError):
        os.link(path, target)
    os.utime(target)  # stored now, or again: not unused
    fsync_folder(target.parent)


def fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def part_path(participant: uuid.UUID, part: uuid.UUID) -> Path:
    return _folder(participant, "parts") / f"{uuid.UUID(str(part))}.part"


def stored_path(participant: uuid.UUID, key: str) -> Path:
    if not KEY.fullmatch(key):
        raise FileNotFoundError(errno.ENOENT, "no such key", key)
    return _folder(participant, "kept", key[:2]) / key


def _folder(participant: uuid.UUID, *names: str) -> Path:
    """The participant's folder, made durably where it is not there yet."""
    path = Path(settings.FILES_ROOT)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in (str(uuid.UUID(str(participant))), *names):
        parent, path = path, path / name
        try:
            path.mkdir(mode=0o700)
        except FileExistsError:
            continue
        fsync_folder(parent)
    return path
