"""What a socket has sent and nobody has read yet, in a buffer that never grows."""

from collections.abc import Callable

_ROOM = 768 * 1024
_LEAST_READ = 128 * 1024
LONGEST = _ROOM - _LEAST_READ  # what `need` can be asked for


class IncomingBytes:
    """`receive` fills a memoryview and answers how many bytes; it raises at the end."""

    def __init__(self) -> None:
        self._room = memoryview(bytearray(_ROOM))
        self._start = self._end = 0

    def __len__(self) -> int:
        return self._end - self._start

    def need(self, size: int, receive: Callable[[memoryview], int]) -> None:
        """Receive until at least `size` bytes, at most LONGEST, are here."""
        while len(self) < size:
            self.more(receive)

    def more(self, receive: Callable[[memoryview], int]) -> None:
        """Receive once, as much as there is."""
        if _ROOM - self._end < _LEAST_READ:
            rest = len(self)
            self._room[:rest] = self._room[self._start : self._end]
            self._start, self._end = 0, rest
        self._end += receive(self._room[self._end :])

    def held(self) -> memoryview:
        """All that is here, until the next `need` or `more`."""
        return self._room[self._start : self._end]

    def take(self, size: int) -> bytes:
        """The next `size` bytes, which are here."""
        found = bytes(self.held()[:size])
        self.skip(size)
        return found

    def skip(self, size: int) -> None:
        self._start += size
        if self._start == self._end:
            self._start = self._end = 0
