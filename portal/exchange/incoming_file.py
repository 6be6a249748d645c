"""One file on its way in: what to ask for next, and its bytes put in their order."""

from collections import deque
from collections.abc import Iterator
from typing import Generic, NamedTuple

from .answers import refusal
from .errors import ExchangeError, SizeChanged, printable
from .fetch_types import AnySink, Wanted
from .hosts import Host
from .packets import EOF, Body, Fields, Kind, Malformed, status_in

# Answers that wait for one before them. Each takes memory beyond its bytes, and in the
# window there are 256 READs of the shortest kind.
_MOST_EARLY = 4096


class Piece(NamedTuple):
    """What one READ asks for."""

    offset: int
    length: int


class IncomingFile(Generic[AnySink]):
    """READs in order up to the listed size, and one more that must find the end.

    Answers may come in any order, and shorter than asked: the rest is asked again.
    """

    def __init__(self, host: Host, wanted: Wanted) -> None:
        self.wanted = wanted
        self.handle: bytes | None = None
        self.sink: AnySink | None = None
        self.error: ExchangeError | None = None
        self.told = False  # the caller has been told how it went
        self.closing = False
        self.in_flight = 0  # READs
        self.written = 0
        self._host = host
        self._asked = 0
        self._rests: deque[Piece] = deque()
        self._early: dict[int, Body] = {}
        self._end_asked = self._end_seen = False

    @property
    def held(self) -> int:
        """Bytes asked for and not yet written: what it may take of our memory."""
        return 0 if self.error else self._asked - self.written

    @property
    def has_rests(self) -> bool:
        """Something is to be asked for again, for which there was room before."""
        return bool(self._rests)

    @property
    def unasked(self) -> int:
        return 0 if self.error else self.wanted.size - self._asked

    @property
    def complete(self) -> bool:
        """Exactly the listed bytes came, and then the end."""
        return not self.error and self._end_seen and self.written == self.wanted.size

    @property
    def over(self) -> bool:
        """Nothing more is to be asked, and nothing to be waited for."""
        return not self.in_flight and (self.error is not None or self.complete)

    def next_piece(self, longest: int, room: int) -> Piece | None:
        """What to ask for now, with `room` bytes left of the window."""
        if self.error:
            return None
        if self._rests:
            return self._rests.popleft()
        if self._asked < self.wanted.size:
            length = min(longest, self.wanted.size - self._asked)
            if length > room:
                return None
            self._asked += length
            return Piece(self._asked - length, length)
        if not self._end_asked:
            self._end_asked = True
            return Piece(self.wanted.size, 1)
        return None

    def answered(self, piece: Piece, kind: int, body: Body) -> list[Body]:
        """What can be written down now, in order.

        Raises Malformed for what does not answer a READ, Refused for a refusal, and
        SizeChanged for an end before the listed one, or bytes after it.
        """
        if self.error:
            return []
        if kind == Kind.STATUS:
            status = status_in(body)
            if status.code != EOF:
                raise refusal(status, self._host, self.wanted.path)
            return self._came(piece, b"")
        if kind != Kind.DATA:
            raise Malformed("it answered READ with something else than bytes")
        fields = Fields(body)
        block = fields.block()
        if fields.left:
            raise Malformed("it answered READ with more than bytes")
        return self._came(piece, block)

    def _came(self, piece: Piece, block: Body) -> list[Body]:
        at_end = piece.offset == self.wanted.size
        if len(block) > piece.length:
            raise Malformed("it answered READ with more than was asked")
        if bool(block) == at_end:
            raise self._changed("longer" if at_end else "shorter")
        if at_end:
            self._end_seen = True
            return []
        if len(block) < piece.length:
            rest = piece.length - len(block)
            self._rests.append(Piece(piece.offset + len(block), rest))
        self._early[piece.offset] = block
        if len(self._early) > _MOST_EARLY:
            raise Malformed("it answered READs in crumbs, and not in their order")
        return list(self._in_order())

    def failed(self, error: ExchangeError) -> None:
        """Ask for nothing more, and forget what waits; the first error counts."""
        self.error = self.error or error
        self._early.clear()
        self._rests.clear()

    def _in_order(self) -> Iterator[Body]:
        while block := self._early.pop(self.written, b""):
            self.written += len(block)
            yield block

    def _changed(self, how: str) -> SizeChanged:
        return SizeChanged(
            f"{printable(self.wanted.path)} on {self._host} is {how} than the "
            f"{self.wanted.size} bytes that were listed: it changed meanwhile. "
            "Nothing of it was kept."
        )
