"""Parts: files on their way in, chunk by chunk, until they are kept."""

import fcntl
import hashlib
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from .places import (
    BLOCK,
    Stored,
    failures_said,
    fsync_folder,
    link,
    open_for_reading,
    part_path,
    stored_path,
)


class WrongOffset(Exception):
    """The part has another length than the writer believes; `.expected` is it."""

    def __init__(self, expected: int) -> None:
        super().__init__(f"the part has {expected} bytes")
        self.expected = expected


@failures_said()
def append(participant: uuid.UUID, part: uuid.UUID, offset: int, body: bytes) -> int:
    """Append to a part and fsync; answers its new length. Raises WrongOffset (also
    for a part that is kept already, with its full length) and NoRoom."""
    path = part_path(participant, part)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # the same chunk may come twice at once
        seen = os.fstat(descriptor)
        if seen.st_size != offset or seen.st_nlink > 1:  # linked: never written again
            raise WrongOffset(seen.st_size)
        with _or_as_before(descriptor, offset):
            _write(descriptor, body, offset)
    finally:
        os.close(descriptor)
    if offset == 0:
        fsync_folder(path.parent)
    return offset + len(body)


def part_length(participant: uuid.UUID, part: uuid.UUID) -> int:
    try:
        return part_path(participant, part).stat().st_size
    except FileNotFoundError:
        return 0


def open_part(participant: uuid.UUID, part: uuid.UUID) -> BinaryIO:
    """Raises FileNotFoundError when nothing of it has come."""
    return open_for_reading(part_path(participant, part), str(part))


@failures_said()
def keep(
    participant: uuid.UUID,
    part: uuid.UUID,
    progress: Callable[[int], None] | None = None,
) -> Stored:
    """Hash a whole part and link it under its content. The part stays until
    `drop_part`, so that a crash before the row is saved can be made good. Raises
    NoRoom."""
    digest, size = hashlib.sha256(), 0
    with open_part(participant, part) as source:
        while block := source.read(BLOCK):
            digest.update(block)
            size += len(block)
            if progress:
                progress(size)
    link(part_path(participant, part), stored_path(participant, digest.hexdigest()))
    return Stored(digest.hexdigest(), size, digest.hexdigest().upper())


def put(participant: uuid.UUID, source: BinaryIO) -> Stored:
    """Store all of a stream; a crash on the way leaves nothing. Raises NoRoom."""
    part, offset = uuid.uuid4(), 0
    try:
        while block := source.read(BLOCK * 8):
            offset = append(participant, part, offset, block)
        if not offset:
            append(participant, part, 0, b"")
        return keep(participant, part)
    finally:
        drop_part(participant, part)


def drop_part(participant: uuid.UUID, part: uuid.UUID) -> None:
    part_path(participant, part).unlink(missing_ok=True)


def drop_old_parts(older_seconds: float) -> int:
    """Parts that nobody has written to for so long: of a killed process, too."""
    oldest, dropped = time.time() - older_seconds, 0
    for path in Path(settings.FILES_ROOT).glob("*/parts/*.part"):
        try:
            if path.stat().st_mtime < oldest:
                path.unlink()
                dropped += 1
        except FileNotFoundError:
            continue
    return dropped


@contextmanager
def _or_as_before(descriptor: int, length: int) -> Iterator[None]:
    """A write that fails leaves the part as long as it was."""
    try:
        yield
    except OSError:
        os.ftruncate(descriptor, length)
        raise


def _write(descriptor: int, body: bytes, offset: int) -> None:
    rest, at = memoryview(body), offset
    while rest:
        written = os.pwrite(descriptor, rest, at)
        rest, at = rest[written:], at + written
    os.fsync(descriptor)
