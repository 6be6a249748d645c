"""What is refused to every client, and how a listing is put (Guide A §4.3)."""

import stat
from collections.abc import AsyncIterator, Iterable
from typing import Any, NoReturn

import asyncssh
from asyncssh import SFTPAttrs, SFTPName, SFTPNoSuchFile, SFTPPermissionDenied
from asyncssh.constants import (
    FXF_APPEND,
    FXF_CREAT,
    FXF_EXCL,
    FXF_READ,
    FXF_TRUNC,
    FXF_WRITE,
)

from sandbox.boxes import Entry, normalise

WRITING = FXF_WRITE | FXF_APPEND | FXF_CREAT


class Refusals(asyncssh.SFTPServer):
    """Every operation that is not allowed (Guides A §4.3, B §4.2, C §4.2).

    The library's own versions work on the real file system, so none may be left.
    """

    def _refuse(self, *_: object) -> NoReturn:
        raise SFTPPermissionDenied("Permission denied: not allowed here")

    _no: Any = _refuse
    map_path = reverse_map_path = _no
    open56 = setstat = lsetstat = fsetstat = _no
    remove = mkdir = rmdir = rename = posix_rename = _no
    readlink = symlink = link = lock = unlock = _no
    statvfs = fstatvfs = fsync = _no


def require_fresh(pflags: int) -> None:
    """Neither append nor resume nor read-back (Guide A §4.3, inferred)."""
    whole = FXF_WRITE | FXF_CREAT
    if pflags & whole != whole or pflags & (FXF_APPEND | FXF_READ):
        raise SFTPPermissionDenied("A file is uploaded whole, from its first byte")
    if not pflags & (FXF_TRUNC | FXF_EXCL):
        raise SFTPPermissionDenied("A file is uploaded whole, from its first byte")


def normal(path: bytes) -> str:
    try:
        return normalise(path)
    except UnicodeDecodeError:
        raise SFTPNoSuchFile("No such file") from None


def attributes(entry: Entry) -> SFTPAttrs:
    at = int(entry.at.timestamp())
    mode = stat.S_IFREG | 0o444 if entry.size is not None else stat.S_IFDIR | 0o755
    size = entry.size or 0
    return SFTPAttrs(
        size=size, uid=0, gid=0, permissions=mode, atime=at, mtime=at, nlink=1
    )


async def each(names: Iterable[SFTPName]) -> AsyncIterator[SFTPName]:
    for name in names:
        yield name
