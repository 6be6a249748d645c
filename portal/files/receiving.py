"""A file from the exchange on its way in: hashed as it comes, whole or not at all."""

import contextlib
import hashlib
import os
import uuid

from .places import (
    Stored,
    failures_said,
    link,
    part_path,
    said,
    stored_path,
)

Block = bytes | memoryview


def receive(participant: uuid.UUID) -> "Receiving":
    """A new part, empty. Raises NoRoom, NotWritable."""
    return Receiving(participant)


class Receiving:
    """Written in order by one thread, then kept or dropped, once, by any.

    What dies before `keep` leaves a part that nobody reads and `drop_old_parts`
    takes away.
    """

    @failures_said()
    def __init__(self, participant: uuid.UUID) -> None:
        self._participant = participant
        self._path = part_path(participant, uuid.uuid4())
        self._hash = hashlib.sha256()
        self._size = 0
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        self._descriptor: int | None = os.open(self._path, flags, 0o600)

    @property
    def size(self) -> int:
        """Bytes written."""
        return self._size

    def write(self, block: Block) -> None:
        """The next bytes. Raises NoRoom, NotWritable: then only `drop` is left."""
        rest = memoryview(block)
        try:
            while rest:
                rest = rest[os.write(self._opened(), rest) :]
        except OSError as failure:
            raise said(failure) from None
        self._hash.update(block)
        self._size += len(block)

    @failures_said()
    def keep(self) -> Stored:
        """Durably stored under its content. Raises NoRoom, NotWritable, and the part
        is dropped: nothing is kept."""
        try:
            os.fsync(self._opened())
            key = self._hash.hexdigest()
            link(self._path, stored_path(self._participant, key))
        finally:
            self.drop()
        return Stored(key, self._size, key.upper())

    def drop(self) -> None:
        """Forget what came; nothing after `keep`. Does not raise."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        with contextlib.suppress(OSError):
            os.close(descriptor)
        # What cannot be taken away now, `drop_old_parts` takes away later.
        with contextlib.suppress(OSError):
            self._path.unlink()

    def _opened(self) -> int:
        if self._descriptor is None:
            raise ValueError("it was kept or dropped already")
        return self._descriptor
