"""How a folder is listed; on request with what no listing should hold."""

import stat
from collections.abc import Iterable, Iterator

from asyncssh import SFTPAttrs, SFTPName

from sandbox.boxes import Entry
from sandbox.faults import Fault
from sandbox.refusals import attributes

_NAMES = (
    b"..",
    b".",
    b"",
    b"../../etc/passwd",
    b"a/b.csv",
    b"/etc/passwd",
    b"nul\x00.csv",
    b"line\r\nbreak\x1b[31m.csv",
    b"not\xff\xfeutf-8.csv",
    b"l" * 300 + b".csv",
)
_LAST_SECOND = 2**32 - 1


def listed(entries: Iterable[Entry], fault: Fault | None) -> Iterator[SFTPName]:
    """The entries as they go out, spoilt by the `listing` fault if it is on."""
    kind = fault.value if fault else ""
    for place, entry in enumerate(entries):
        attrs = attributes(entry)
        if kind and entry.size is not None:
            _spoil(attrs, kind, place)
        for _ in range(2 if kind == "twice" else 1):
            yield SFTPName(entry.name.encode(), attrs=attrs)
    if kind == "bad_names":
        for name in _NAMES:
            yield SFTPName(name, attrs=SFTPAttrs(size=10, permissions=stat.S_IFREG))


def _spoil(attrs: SFTPAttrs, kind: str, place: int) -> None:
    """Dates go out as the first and the last second that there is, by turns."""
    if kind in ("no_size", "no_attributes"):
        attrs.size = None
    if kind in ("no_dates", "no_attributes"):
        attrs.atime = attrs.mtime = None
    if kind == "no_attributes":
        attrs.permissions = attrs.uid = attrs.gid = None
    if kind == "absurd_dates":
        attrs.atime = attrs.mtime = (0, _LAST_SECOND)[place % 2]
    if kind == "absurd_sizes":
        attrs.size = (2**63 + place, 2**64 - 1)[place % 2]
    if kind == "wrong_types":
        attrs.permissions = (stat.S_IFLNK, stat.S_IFDIR, stat.S_IFSOCK)[place % 3]
