"""SFTP packets and the packet layer under them, fed with anything."""

import contextlib
import os
import socket

import paramiko
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from portal.exchange.packetizer import BoundedPacketizer
from portal.exchange.packets import (
    Fields,
    Malformed,
    entries_in,
    handle_in,
    status_in,
    text,
)
from portal.exchange.sealing import Sealer


@given(st.binary())
def test_any_body_is_read_or_malformed(body: bytes) -> None:
    for read in (status_in, handle_in, entries_in):
        with contextlib.suppress(Malformed):
            read(body)


@given(st.binary(), st.binary())
def test_a_string_is_read_back_and_leaves_the_rest(value: bytes, rest: bytes) -> None:
    fields = Fields(text(value) + rest)
    assert fields.string() == value
    assert fields.left == len(rest)


@given(st.lists(st.binary(max_size=70_000), max_size=4))
def test_a_sealed_packet_opens_and_has_rfc_4253s_padding(parts: list[bytes]) -> None:
    key, nonce = AESGCM(os.urandom(32)), bytes(12)
    sealer = Sealer(key, nonce)
    out = memoryview(bytearray(400_000))
    size = sealer.seal(parts, out)
    packet = bytes(out[:size])
    length = int.from_bytes(packet[:4], "big")
    plain = key.decrypt(nonce, packet[4:], packet[:4])
    assert size == sealer.sealed_size(parts)
    assert (length, length % 16) == (len(plain), 0)
    assert plain[0] >= 4
    assert plain[1 : length - plain[0]] == b"".join(parts)


def test_each_packet_is_sealed_under_the_next_nonce() -> None:
    key = AESGCM(os.urandom(32))
    sealer = Sealer(key, b"abcd" + b"\xff" * 8)
    out = memoryview(bytearray(100))
    sealer.seal([b"first"], out)
    size = sealer.seal([b"second"], out)
    packet = bytes(out[:size])
    assert b"second" in key.decrypt(b"abcd" + bytes(8), packet[4:], packet[:4])


def test_a_packet_of_an_impossible_length_is_refused_before_it_is_read() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        packetizer = BoundedPacketizer(ours)
        with pytest.raises(paramiko.SSHException, match="impossible length"):
            packetizer.read_all(2**31)


def test_a_first_line_without_an_end_is_refused() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(bytes(20_000))
        with pytest.raises(paramiko.SSHException, match="no end"):
            BoundedPacketizer(ours).readline(5)


def test_what_follows_the_first_line_is_kept() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"SSH-2.0-x\r\nrest")
        packetizer = BoundedPacketizer(ours)
        assert packetizer.readline(5) == "SSH-2.0-x"
        assert packetizer.read_all(4) == b"rest"
