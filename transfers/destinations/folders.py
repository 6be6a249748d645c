"""A folder of a file system: whole under its name, or not there at all.

Everything goes by descriptors from the folder down, and no link is followed: who may
write there cannot lead the portal to another place. A file grows under a name that
begins with a dot, is fsynced, and gets its own name by a hard link, which never
replaces what is there.
"""

import errno
import hashlib
import os
import stat
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from transfers.destinations.items import (
    BLOCK,
    CannotHandOver,
    Item,
    Occupied,
    not_whole,
    sha256_of,
)

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
FULL = (
    "The disk of the destination is full. Nothing half-written was left. "
    "It is tried again by itself; make room there."
)
FORBIDDEN = (
    "The portal may not write to the destination. Nothing was written. "
    "Ask who owns the folder to let the portal’s workers write there."
)
MISSING = (
    "The folder of the destination is not there. Nothing was written. "
    "It is tried again by itself; see whether it is mounted."
)
NO_FOLDER = (
    "Something that is no folder stands where a folder of the template belongs. It "
    "was left as it is. Move it away, then retry."
)
NO_ANSWER = (
    "The destination does not answer as a folder should ({why}). Nothing is taken for "
    "handed over. It is tried again by itself."
)


class Folder:
    """One destination that is a folder; it must exist, and is never made."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, item: Item) -> None:
        with _said(), self._folder_of(item.name) as (folder, last):
            if item.is_begun:
                _drop_left(folder, item.key)
            if not _holds(folder, last, item):
                _write(folder, last, item, _source(item))
            _put_checksum(folder, f"{last}.sha256", item)

    @contextmanager
    def _folder_of(self, name: str) -> Iterator[tuple[int, str]]:
        """The open folder of a name, made below the root where it is not there."""
        *parts, last = name.split("/")
        try:
            folder = os.open(self._root, _FOLDER)
        except (FileNotFoundError, NotADirectoryError):
            raise CannotHandOver(MISSING, is_everywhere=True) from None
        try:
            for part in parts:
                below = _below(folder, part)
                os.close(folder)
                folder = below
            yield folder, last
        finally:
            os.close(folder)


@contextmanager
def _said() -> Iterator[None]:
    """What the file system says, in sentences."""
    try:
        yield
    except OSError as failure:
        if failure.errno in _FULL:
            raise CannotHandOver(FULL, is_everywhere=True) from None
        if failure.errno in _FORBIDDEN:
            raise CannotHandOver(FORBIDDEN, is_everywhere=True) from None
        why = os.strerror(failure.errno or errno.EIO).lower()
        raise CannotHandOver(NO_ANSWER.format(why=why), is_everywhere=True) from None


def _below(folder: int, part: str) -> int:
    try:
        with suppress(FileExistsError):
            os.mkdir(part, 0o775, dir_fd=folder)
            os.fsync(folder)
        return os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
    except OSError as failure:
        if failure.errno in (errno.ELOOP, errno.ENOTDIR):
            raise CannotHandOver(NO_FOLDER) from None
        raise


def _holds(folder: int, name: str, item: Item) -> bool:
    """Whether the same content has the name already. Raises Occupied."""
    there = _opened(folder, name, item.name)
    if there is None:
        return False
    with there:
        if sha256_of(there, item.go_on) != item.sha256:
            raise Occupied(item.name)
    return True


def _opened(folder: int, name: str, told: str) -> BinaryIO | None:
    """The plain file that has the name; None when nothing has it. Raises Occupied for
    a link, a folder, a pipe."""
    try:
        descriptor = os.open(name, _READ, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError as failure:
        if failure.errno in (errno.ELOOP, errno.ENXIO):
            raise Occupied(told) from None
        raise
    # Asked before it becomes a file object: of a folder none can be made, and then
    # nobody would close it.
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    raise Occupied(told)


def _source(item: Item) -> Iterator[bytes]:
    """The kept file's blocks; raises at the end when they are not what was kept."""
    digest = hashlib.sha256()
    with item.open() as source:
        while block := source.read(BLOCK):
            digest.update(block)
            yield block
            item.go_on()
    if digest.hexdigest() != item.sha256:
        raise not_whole()


def _put_checksum(folder: int, name: str, item: Item) -> None:
    """Last: where it stands, the file beside it is whole."""
    there = _opened(folder, name, item.checksum_name)
    if there is None:
        _write(folder, name, item, [item.checksum])
        return
    with there:
        if there.read(len(item.checksum) + 1) != item.checksum:
            raise Occupied(item.checksum_name)


def _write(folder: int, name: str, item: Item, blocks: Iterable[bytes]) -> None:
    """Under a name of this run alone, then under its own."""
    item.begin()
    part = f".{item.key}.{uuid.uuid4().hex}.part"
    descriptor = os.open(part, _NEW, 0o664, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as target:
            for block in blocks:
                rest = memoryview(block)
                while rest:
                    rest = rest[target.write(rest) or 0 :]
            os.fsync(descriptor)
        _name(folder, part, name, item)
    finally:
        with suppress(OSError):
            os.unlink(part, dir_fd=folder)
    os.fsync(folder)


def _name(folder: int, part: str, name: str, item: Item) -> None:
    try:
        os.link(part, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        raise Occupied(item.name) from None
    except OSError as failure:
        if failure.errno not in _NO_LINKS:
            raise
        # A file system without hard links. The name was free a moment ago, and no
        # other of our files has it.
        if name in os.listdir(folder):
            raise Occupied(item.name) from None
        os.rename(part, name, src_dir_fd=folder, dst_dir_fd=folder)


def _drop_left(folder: int, key: str) -> None:
    """What a killed worker left of this file."""
    with os.scandir(folder) as entries:
        left = [one.name for one in entries if one.name.startswith(f".{key}.")]
    for name in left:
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=folder)
