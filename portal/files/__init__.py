"""Files at rest, per participant: written, fsynced, linked; never a path handed out.

Stored by content: the key is the SHA-256. A part is a file on its way in; it
becomes stored by a hard link, so that a crash leaves the whole file or nothing.
"""

from .parts import (
    WrongOffset,
    append,
    drop_old_parts,
    drop_part,
    keep,
    open_part,
    part_length,
    put,
)
from .places import KEY, NoRoom, NotWritable, Stored
from .receiving import Receiving, receive
from .store import delete, open, unused_keys

__all__ = [
    "KEY",
    "NoRoom",
    "NotWritable",
    "Receiving",
    "Stored",
    "WrongOffset",
    "append",
    "delete",
    "drop_old_parts",
    "drop_part",
    "keep",
    "open",
    "open_part",
    "part_length",
    "put",
    "receive",
    "unused_keys",
]
