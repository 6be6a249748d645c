"""Fetchings whose line breaks, or whose server breaks its word."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as search
from hypothesis import strategies as st

from portal.exchange.errors import ExchangeError, SessionLost
from portal.exchange.session import Fetched, Limits, Session, Wanted, connect
from tests.portal.exchange import server
from tests.portal.exchange.fetches import Memory, errors, filled, listed
from tests.portal.exchange.test_hostile_server import Hostile, hostile

IMPATIENT = Limits(connect_seconds=1, call_seconds=0.5, stall_seconds=0.5)
SIZES = {"a": 0, "b": 70_000, "c": 40_000, "d": 1}
WHOLE = sum(SIZES.values()) + 4000  # and what SSH and SFTP add


@contextmanager
def cut_after(port: int, left: int) -> Iterator[int]:
    """A port that leads to `port` until `left` bytes have come back."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_cut, args=(listening, port, left))
        thread.start()
        yield listening.getsockname()[1]
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def _cut(listening: socket.socket, port: int, left: int) -> None:
    near, _ = listening.accept()
    with near, socket.create_connection(("127.0.0.1", port)) as far:
        there = threading.Thread(target=_carry, args=(near, far))
        there.start()
        while left and (piece := far.recv(left)):
            with suppress(OSError):
                near.sendall(piece)
            left -= len(piece)
        for line in (near, far):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        there.join()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)


class Sinks(list[Memory]):
    """Opens them and remembers them."""

    def __call__(self, wanted: Wanted) -> Memory:
        self.append(Memory(wanted))
        return self[-1]


@pytest.fixture
def plenty(exchange: server.Exchange, box: Path) -> dict[str, bytes]:
    return filled(box, SIZES)


@given(st.integers(min_value=1400, max_value=WHOLE))
@search(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_cut_at_any_byte_leaves_whole_files_or_nothing(
    exchange: server.Exchange, plenty: dict[str, bytes], left: int
) -> None:
    sinks, taken = Sinks(), []
    with cut_after(exchange.port, left) as port, suppress(ExchangeError):
        host = replace(exchange.host, port=port)
        with connect(host, server.login(), limits=IMPATIENT) as session:
            for result in session.fetch(listed(plenty), sinks):
                assert isinstance(result, Fetched)
                taken.append(result.sink)
    assert all(sink.content == plenty[sink.wanted.path] for sink in taken)
    assert [s for s in sinks if not s.dropped] == [s for s in sinks if s in taken]


class CutsInTheMiddle(server.Box):
    def read(self, file_obj: Any, offset: int, size: int) -> bytes:
        if offset > 1_000_000:
            self.cut()
        file_obj.seek(offset)
        return bytes(file_obj.read(size))


def test_a_kicked_session_tells_what_was_whole_and_is_lost(box: Path) -> None:
    made = filled(box, {"a": 10, "b": 3_000_000})
    sinks = Sinks()
    with (
        server.running(box, CutsInTheMiddle) as exchange,
        connect(exchange.host, server.login()) as session,
    ):
        fetching = session.fetch(listed(made), sinks)
        first = next(fetching)
        with pytest.raises(SessionLost):
            next(fetching)
        assert not session.alive
    assert isinstance(first, Fetched)
    assert [sink.dropped for sink in sinks] == [False, True]


class StopsAnswering(server.Box):
    async def read(self, file_obj: Any, offset: int, size: int) -> bytes:
        if offset > 1_000_000:
            await asyncio.sleep(30)
        file_obj.seek(offset)
        return bytes(file_obj.read(size))


def lost(session: Session, wanted: list[Wanted]) -> SessionLost:
    """The fetching's end; it comes soon."""
    began = time.monotonic()
    with pytest.raises(SessionLost) as ended:
        errors(session, wanted)
    assert time.monotonic() - began < 5
    assert not session.alive
    return ended.value


def test_a_server_that_stops_answering_is_given_up(box: Path) -> None:
    made = filled(box, {"b": 3_000_000})
    with (
        server.running(box, StopsAnswering) as exchange,
        connect(exchange.host, server.login(), limits=IMPATIENT) as session,
    ):
        assert "nothing came for 0.5 s" in lost(session, listed(made)).sentence


def test_a_caller_who_takes_long_is_no_stall(
    exchange: server.Exchange, box: Path
) -> None:
    made = filled(box, {str(number): 1000 for number in range(80)})
    limits = replace(IMPATIENT, files_in_flight=2)
    with connect(exchange.host, server.login(), limits=limits) as session:
        results = 0
        for _ in session.fetch(listed(made), Memory):
            time.sleep(0 if results else 1)
            results += 1
    assert results == 80


class Opens(Hostile):
    """Opens every file, and answers READs with `block`; one byte at the end with it,
    if it `ends`."""

    block = b""
    delay = 0.0
    ends = False

    def data_received(self, data: bytes, datatype: Any) -> None:
        if data[4] == 1:
            super().data_received(data, datatype)
        while len(data) >= 9 and data[4] != 1:
            length = int.from_bytes(data[:4], "big")
            self.answer(data[4], data[5:9], data[: 4 + length])
            data = data[4 + length :]

    def answer(self, kind: int, request_id: bytes, request: bytes) -> None:
        body = b"\x66" + request_id + b"\0\0\0\1h"
        if kind == 5:
            body = b"\x67" + request_id + self.block
        if kind == 4:
            body = b"\x65" + request_id + b"\0\0\0\0"
        if self.ends and request.endswith(b"\0\0\0\1"):
            body = b"\x65" + request_id + b"\0\0\0\1"
        packet = len(body).to_bytes(4, "big") + body
        asyncio.get_running_loop().call_later(self.delay, self._chan.write, packet)


class MoreThanAsked(Opens):
    block = b"\0\0\x80\1" + bytes(32769)


class LongerThanItsPacket(Opens):
    block = b"\0\0\xff\xff" + bytes(10)


class OneByteAtATime(Opens):
    block = b"\0\0\0\1x"
    delay = 0.05
    ends = True


class NoBytes(Opens):
    block = b"\0\0\0\0"


@pytest.mark.parametrize("session", [MoreThanAsked, LongerThanItsPacket])
def test_garbage_ends_the_session(box: Path, session: type[Hostile]) -> None:
    with (
        hostile(box, session) as exchange,
        connect(exchange.host, server.login(), limits=IMPATIENT) as talking,
    ):
        lost(talking, [Wanted("/a", 100_000)])


def test_what_only_trickles_in_is_given_up(box: Path) -> None:
    with (
        hostile(box, OneByteAtATime) as exchange,
        connect(exchange.host, server.login(), limits=IMPATIENT) as talking,
    ):
        lost(talking, [Wanted("/a", 30_000)])


def test_no_bytes_before_the_end_are_a_shorter_file(box: Path) -> None:
    with (
        hostile(box, NoBytes) as exchange,
        connect(exchange.host, server.login(), limits=IMPATIENT) as talking,
    ):
        failed = errors(talking, [Wanted("/a", 100_000), Wanted("/b", 0)])
    assert "shorter" in str(failed["/a"])
    assert failed["/b"] is None
