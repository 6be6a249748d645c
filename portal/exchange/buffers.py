"""Memory for what comes, used again once nobody looks at it any more."""

from collections import deque

_SIZE = 256 * 1024 + 64  # the longest READ's answer
# Half of it: many a server answers with 32 KiB at most, and a slow disk, to which a
# whole window of those waits, would hold eight windows of memory.
_WORTH = _SIZE // 2
_MOST = 64  # kept; more are made where a slow disk has them all


class Buffers:
    """A new bytearray is filled with zeros, page by page: of a fast download, that
    would take a tenth of the time."""

    def __init__(self) -> None:
        self._kept: deque[bytearray] = deque()

    def take(self, length: int) -> memoryview:
        """Room for `length` bytes, in whatever state; its taker's until every view of
        it is gone."""
        if not _WORTH <= length <= _SIZE:
            return memoryview(bytearray(length))
        return memoryview(self._free())[:length]

    def _free(self) -> bytearray:
        """The one that was taken longest ago, if it is free; else a new one."""
        if self._kept and _is_free(self._kept[0]):
            self._kept.rotate(-1)
            return self._kept[-1]
        made = bytearray(_SIZE)
        if len(self._kept) < _MOST:
            self._kept.append(made)
        return made


def _is_free(buffer: bytearray) -> bool:
    """Python changes the length of no bytearray that somebody has a view of."""
    try:
        del buffer[-1:]
    except BufferError:
        return False
    buffer.append(0)
    return True
