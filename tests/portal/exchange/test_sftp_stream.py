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
