"""What a hostile server can make us hold of a file is bounded."""

import pytest

from portal.exchange.fetch_types import Wanted
from portal.exchange.hosts import Host
from portal.exchange.incoming_file import _MOST_EARLY, IncomingFile
from portal.exchange.packets import Kind, Malformed, text

BLOCK = 32 * 1024


def incoming(size: int) -> IncomingFile:  # type: ignore[type-arg]
    return IncomingFile(Host("exchange", 22), Wanted("/a", size))


def test_bytes_beside_those_of_the_file_are_refused() -> None:
    """A block of one byte would keep the memory of its whole packet."""
    file = incoming(BLOCK)
    piece = file.next_piece(BLOCK, BLOCK)
    assert piece is not None
    with pytest.raises(Malformed, match="more than bytes"):
        file.answered(piece, Kind.DATA, text(b"x") + b"junk")


def test_answers_in_crumbs_before_the_first_are_refused() -> None:
    file = incoming(2 * BLOCK)
    first, later = file.next_piece(BLOCK, 2 * BLOCK), file.next_piece(BLOCK, BLOCK)
    assert first is not None
    for _ in range(_MOST_EARLY):
        assert later is not None
        assert file.answered(later, Kind.DATA, text(b"x")) == []
        later = file.next_piece(BLOCK, 0)
    assert later is not None
    with pytest.raises(Malformed, match="crumbs"):
        file.answered(later, Kind.DATA, text(b"x"))
