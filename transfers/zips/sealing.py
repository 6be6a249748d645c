"""Making a zip of one plain file as it is read: WinZip's AES-256 (AE-2), or ordinary.

The plain bytes and the zip pass by in blocks; neither is ever in memory as a whole.
"""

import datetime as dt
import stat
from collections.abc import Callable, Iterator
from typing import BinaryIO

from stream_zip import ZIP_AUTO, stream_zip

BLOCK = 1 << 20
LEVEL = 6  # level 9 takes twice as long for a hundredth less
_MODE = stat.S_IFREG | 0o644


def seal(
    source: BinaryIO,
    size: int,
    member_name: str,
    made_at: dt.datetime,
    password: str | None,
    progress: Callable[[int], None],
) -> Iterator[bytes]:
    """The zip's bytes, of a `size` of plain ones; without a password it is not
    encrypted. `progress` hears how many were read, and stops all by raising."""
    member = (
        member_name,
        made_at,
        _MODE,
        ZIP_AUTO(size, LEVEL),
        _blocks(source, progress),
    )
    return iter(
        stream_zip(
            [member], chunk_size=BLOCK, extended_timestamps=False, password=password
        )
    )


def _blocks(source: BinaryIO, progress: Callable[[int], None]) -> Iterator[bytes]:
    read = 0
    while block := source.read(BLOCK):
        read += len(block)
        progress(read)
        yield block
