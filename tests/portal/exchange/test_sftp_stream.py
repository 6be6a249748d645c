"""Packets come out of the stream as they were sent, however it was cut."""

import itertools
import struct

import pytest
from hypothesis import given
from hypothesis import settings as search
from hypothesis import strategies as st

from portal.exchange.packets import LONGEST_PACKET, Malformed
from portal.exchange.sftp_stream import SftpStream

UNHURRIED = search(deadline=None)

Packet = tuple[int, int, bytes]

PACKETS = st.lists(
    st.tuples(
        st.integers(0, 255),
        st.integers(0, 2**32 - 1),
        st.binary(max_size=40),
    ),
    max_size=6,
)


def as_sent(packets: list[Packet]) -> bytes:
    return b"".join(
        struct.pack(">IBI", len(rest) + 5, kind, number) + rest
        for kind, number, rest in packets
    )


def delivered(pieces: list[bytes]) -> list[Packet]:
    found: list[Packet] = []
    stream = SftpStream(
        lambda kind, number, rest: found.append((kind, number, bytes(rest)))
    )
    for piece in pieces:
        stream.fed(memoryview(piece))
    return found


@given(PACKETS, st.lists(st.integers(0, 300), max_size=12))
@UNHURRIED
def test_packets_come_whole_however_they_are_cut(
    packets: list[Packet], cuts: list[int]
) -> None:
    sent = as_sent(packets)
    edges = [0, *sorted(min(cut, len(sent)) for cut in cuts), len(sent)]
    pieces = [sent[a:b] for a, b in itertools.pairwise(edges)]
    assert delivered(pieces) == packets


@given(PACKETS)
@UNHURRIED
def test_packets_come_whole_byte_by_byte(packets: list[Packet]) -> None:
    sent = as_sent(packets)
    assert delivered([sent[at : at + 1] for at in range(len(sent))]) == packets


HEAD, PADDING = b"h" * 10, b"p" * 7
NUMBERED = b"".join(number.to_bytes(2, "big") for number in range(2_000))


def opened(
    stream: SftpStream, content: bytes, padding: bytes = PADDING
) -> tuple[memoryview, bool]:
    """The content where the stream wants it, and whether it wants it anywhere."""
    packet = HEAD + content + padding
    place = stream.place(len(packet))
    room = memoryview(bytearray(len(packet))) if place is None else place
    room[:] = packet
    return room[len(HEAD) : len(HEAD) + len(content)], place is not None


def delivered_in_place(
    pieces: list[bytes], others: list[bool], copied: list[bool]
) -> list[Packet]:
    """As the transport opens them; `others`: a message that is no piece comes first;
    `copied`: paramiko has made a copy of the piece."""
    found: list[Packet] = []
    stream = SftpStream(
        lambda kind, number, rest: found.append((kind, number, bytes(rest)))
    )
    for piece, other, copy in zip(pieces, others, copied, strict=True):
        if other:
            opened(stream, b"something else, and of another length")
        seen, _ = opened(stream, piece)
        stream.fed(memoryview(bytes(seen)) if copy else seen)
    return found


@given(st.data())
@UNHURRIED
def test_packets_come_whole_where_they_were_opened_in_their_place(
    data: st.DataObject,
) -> None:
    sizes = data.draw(st.lists(st.integers(0, 3_000), min_size=1, max_size=4))
    packets = [(103, n, NUMBERED[n : n + size]) for n, size in enumerate(sizes)]
    sent = as_sent(packets)
    cuts = data.draw(st.lists(st.integers(0, len(sent)), max_size=12))
    edges = [0, *sorted(cuts), len(sent)]
    pieces = [sent[a:b] for a, b in itertools.pairwise(edges)]
    each = st.lists(st.booleans(), min_size=len(pieces), max_size=len(pieces))
    others, copied = data.draw(each), data.draw(each)
    assert delivered_in_place(pieces, others, copied) == packets


def test_the_middle_of_a_long_packet_is_opened_in_its_place() -> None:
    kept: list[memoryview] = []
    stream = SftpStream(lambda kind, number, rest: kept.append(rest))
    sent = as_sent([(103, 1, b"x" * 1000)])
    stream.fed(memoryview(sent[:100]))
    piece, is_in_place = opened(stream, sent[100:300])
    assert is_in_place
    stream.fed(piece)
    assert stream.place(10 + 800) is None, "it would cover what is not the packet's"
    stream.fed(memoryview(sent[300:]))
    assert kept == [b"x" * 1000]


def test_a_piece_in_its_place_may_end_the_packet() -> None:
    """With no padding after it, which no sound server does."""
    kept: list[memoryview] = []
    stream = SftpStream(lambda kind, number, rest: kept.append(rest))
    sent = as_sent([(103, 1, b"x" * 100)])
    stream.fed(memoryview(sent[:29]))
    piece, is_in_place = opened(stream, sent[29:], padding=b"")
    assert is_in_place
    stream.fed(piece)
    assert kept == [b"x" * 100]


def test_a_packet_that_lacks_a_byte_is_not_delivered() -> None:
    assert delivered([as_sent([(103, 1, b"some"), (103, 2, b"more")])[:-1]]) == [
        (103, 1, b"some")
    ]


def test_the_longest_packet_is_taken() -> None:
    longest = [(103, 1, bytes(LONGEST_PACKET - 5))]
    assert delivered([as_sent(longest)]) == longest


@pytest.mark.parametrize("length", [0, 4, LONGEST_PACKET + 1, 2**32 - 1])
def test_an_impossible_length_is_refused_before_anything_follows(length: int) -> None:
    with pytest.raises(Malformed, match="impossible length"):
        delivered([struct.pack(">I", length)])


def test_what_was_delivered_does_not_change_afterwards() -> None:
    kept: list[memoryview] = []
    stream = SftpStream(lambda kind, number, rest: kept.append(rest))
    piece = bytearray(as_sent([(103, 1, b"some")]))
    stream.fed(memoryview(piece))
    piece[:] = as_sent([(103, 2, b"more")])
    stream.fed(memoryview(piece))
    assert kept == [b"some", b"more"]
