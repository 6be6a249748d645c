"""Any other Django storage: the checksum is written last, and so says "complete".

Such a storage cannot rename, and may show a file before all of it is there. So that a
half-written file of our own is told from another's, `begin` is noted before the first
byte; without its checksum beside it, it is written again.
"""

from io import BytesIO
from typing import BinaryIO

from django.core.files.base import File
from django.core.files.storage import Storage

from transfers.destinations.items import (
    CannotHandOver,
    Item,
    Occupied,
    Stopped,
    not_whole,
    sha256_of,
)

NO_ANSWER = (
    "The storage of the destination refused or does not answer ({why}). Nothing is "
    "taken for handed over. It is tried again by itself."
)


class Watched(File):  # type: ignore[type-arg]
    """The kept file on its way, in whatever pieces the storage reads it."""

    def __init__(self, source: BinaryIO, item: Item) -> None:
        super().__init__(source, name=item.name.rpartition("/")[2])
        self._source, self._go_on = source, item.go_on

    def read(self, size: int = -1) -> bytes:
        self._go_on()
        return self._source.read(size)


class Elsewhere:
    """One destination that is a storage of Django's."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def put(self, item: Item) -> None:
        with item.open() as source:
            if sha256_of(source, item.go_on) != item.sha256:
                raise not_whole()
        try:
            self._put(item)
        except (CannotHandOver, Stopped):
            raise
        except Exception as failure:  # each storage has exceptions of its own
            why = type(failure).__name__
            raise CannotHandOver(
                NO_ANSWER.format(why=why), is_everywhere=True
            ) from failure

    def _put(self, item: Item) -> None:
        if not self._holds(item):
            item.begin()
            with item.open() as source:
                self._save(item.name, Watched(source, item))
        self._put_checksum(item)

    def _holds(self, item: Item) -> bool:
        """Whether the same content has the name. Raises Occupied."""
        if not self._storage.exists(item.name):
            return False
        with self._storage.open(item.name) as there:
            if sha256_of(there, item.go_on) == item.sha256:
                return True
        if not item.is_begun or self._storage.exists(item.checksum_name):
            raise Occupied(item.name)
        self._storage.delete(item.name)
        return False

    def _put_checksum(self, item: Item) -> None:
        if self._storage.exists(item.checksum_name):
            with self._storage.open(item.checksum_name) as there:
                if there.read() == item.checksum:
                    return
            raise Occupied(item.checksum_name)
        self._save(item.checksum_name, File(BytesIO(item.checksum)))

    def _save(self, name: str, content: "File[bytes]") -> None:
        """A storage gives another name when this one was taken meanwhile."""
        given = self._storage.save(name, content)
        if given != name:
            self._storage.delete(given)
            raise Occupied(name)
