"""Sealed packets are opened as they were sealed, or the connection is over."""

import io
from pathlib import Path

import paramiko
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import settings as search
from hypothesis import strategies as st

from portal.exchange.incoming_bytes import IncomingBytes
from portal.exchange.opening import Opener
from portal.exchange.sealing import Sealer
from portal.exchange.session import Limits, connect
from tests.portal.exchange import server
from tests.portal.exchange.fetches import contents, filled, listed

KEY, NONCE = bytes(range(32)), bytes(4) + b"\xff" * 8  # its counter turns over
LONGEST = 64 * 1024
STREAM = b"".join(number.to_bytes(4, "big") for number in range(300_000))
UNHURRIED = search(deadline=None)


def sealer() -> Sealer:
    return Sealer(AESGCM(KEY), NONCE)


def opener() -> Opener:
    return Opener(AESGCM(KEY), NONCE, LONGEST)


def sealed(one: Sealer, message: bytes) -> bytes:
    out = memoryview(bytearray(len(message) + 100))
    return bytes(out[: one.seal([message], out)])


def anywhere(size: int) -> None:
    return None


def came(content: bytes) -> IncomingBytes:
    """All of it, and nothing more."""
    incoming, source = IncomingBytes(), io.BytesIO(content)
    incoming.need(len(content), source.readinto)
    return incoming


def opened(one: Opener, packet: bytes) -> bytes:
    incoming = came(packet)
    content = one.next(incoming, anywhere)
    assert content is not None
    assert not len(incoming)
    return bytes(content)


@given(st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=5))
@UNHURRIED
def test_messages_come_out_as_they_went_in(messages: list[bytes]) -> None:
    out, back = sealer(), opener()
    assert [opened(back, sealed(out, message)) for message in messages] == messages


@given(st.integers(min_value=4))
@UNHURRIED
def test_a_changed_byte_is_found(at: int) -> None:
    packet = bytearray(sealed(sealer(), b"a message"))
    packet[4 + at % (len(packet) - 4)] ^= 1
    with pytest.raises(paramiko.SSHException, match="changed"):
        opened(opener(), bytes(packet))


def test_a_packet_in_the_place_of_another_is_found() -> None:
    out, back = sealer(), opener()
    sealed(out, b"the first, held back")
    with pytest.raises(paramiko.SSHException, match="changed"):
        opened(back, sealed(out, b"the second"))


@pytest.mark.parametrize("length", [0, 1, 15, 17, LONGEST + 16, 2**32 - 16])
def test_an_impossible_length_is_refused_before_anything_is_awaited(
    length: int,
) -> None:
    with pytest.raises(paramiko.SSHException, match="impossible"):
        opener().next(came(length.to_bytes(4, "big")), anywhere)


@given(st.integers(min_value=0))
@UNHURRIED
def test_of_a_packet_that_is_not_all_here_nothing_is_opened(at: int) -> None:
    packet = sealed(sealer(), b"a message")
    one, incoming = opener(), came(packet[: at % len(packet)])
    assert one.next(incoming, anywhere) is None
    rest = io.BytesIO(packet[at % len(packet) :])
    incoming.need(len(packet), rest.readinto)
    content = one.next(incoming, anywhere)
    assert content is not None
    assert bytes(content) == b"a message"


def test_a_message_is_opened_where_it_is_wanted() -> None:
    room = memoryview(bytearray(100))
    opener().next(came(sealed(sealer(), b"a message")), lambda size: room[:size])
    assert bytes(room[1:10]) == b"a message"


def test_all_bytes_of_a_packet_count_for_the_renewal_of_keys() -> None:
    one, packet = opener(), sealed(sealer(), b"a message")
    opened(one, packet)
    assert one.opened == len(packet)


@pytest.mark.parametrize("padding", [15, 16, 255])
def test_more_padding_than_packet_is_refused(padding: int) -> None:
    length = (16).to_bytes(4, "big")
    plain = bytes([padding]) + bytes(15)
    packet = length + AESGCM(KEY).encrypt(NONCE, plain, length)
    with pytest.raises(paramiko.SSHException, match="nothing in it"):
        opened(opener(), packet)


@given(st.lists(st.integers(min_value=0, max_value=200_000), max_size=30))
@UNHURRIED
def test_what_comes_in_pieces_is_taken_in_order(sizes: list[int]) -> None:
    source = io.BytesIO(STREAM)
    incoming, taken = IncomingBytes(), bytearray()
    for size in sizes:
        if len(taken) + size <= len(STREAM):
            incoming.need(size, source.readinto)
            taken += incoming.take(size)
    assert taken == STREAM[: len(taken)]


def test_keys_are_renewed_in_the_middle_of_a_fetching(
    exchange: server.Exchange, box: Path
) -> None:
    made = filled(box, {"a": 5_000_000, "b": 1_000_000})
    limits = Limits(rekey_bytes=400_000)
    with connect(exchange.host, server.login(), limits=limits) as session:
        assert contents(session, listed(made)) == made
        session.probe()


@pytest.mark.parametrize("cipher", ["aes256-ctr", "aes128-gcm@openssh.com"])
def test_other_ciphers_fetch_as_well(box: Path, cipher: str) -> None:
    made = filled(box, {"a": 500_000})
    with (
        server.running(box, encryption_algs=[cipher]) as exchange,
        connect(exchange.host, server.login()) as session,
    ):
        assert contents(session, listed(made)) == made
