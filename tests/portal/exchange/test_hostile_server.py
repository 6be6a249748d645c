"""Answers that no honest SFTP server gives."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import asyncssh
import pytest

from portal.exchange.errors import (
    SessionLost,
)
from portal.exchange.session import Limits, Session, connect
from tests.portal.exchange import server

QUICK = Limits(connect_seconds=1, call_seconds=0.5)


class Hostile(asyncssh.SSHServerSession[bytes]):
    """Greets as an SFTP server does, and answers everything else with `says`."""

    says = b""

    def connection_made(self, chan: Any) -> None:
        self._chan = chan

    def subsystem_requested(self, subsystem: str) -> bool:
        return True

    def data_received(self, data: bytes, datatype: Any) -> None:
        if data[4] == 1:
            self._chan.write(b"\0\0\0\5\2\0\0\0\3")
        else:
            self._chan.write(self.says)


class UnknownId(Hostile):
    says = b"\0\0\0\x09\x65\x00\x00\xff\xff\0\0\0\0"


class EndlessPacket(Hostile):
    says = b"\xff\xff\xff\xff\x65"


class EmptyPacket(Hostile):
    says = b"\0\0\0\0"


class EndlessString(Hostile):
    says = b"\0\0\0\x0b\x68\0\0\0\1\0\0\0\1\xff\xff"


class SaysNothing(Hostile):
    pass


@contextmanager
def hostile(box: Path, session: type[Hostile]) -> Iterator[server.Exchange]:
    class Door(server.OpenDoor):
        def session_requested(self) -> Any:
            return session()

    with server.running(box, door=Door, sftp_factory=None, encoding=None) as running:
        yield running


@pytest.mark.parametrize(
    "session", [UnknownId, EndlessPacket, EmptyPacket, EndlessString, SaysNothing]
)
def test_a_hostile_answer_ends_the_session_in_bounded_time(
    box: Path, session: type[Hostile]
) -> None:
    began = time.monotonic()
    with (
        hostile(box, session) as exchange,
        connect(exchange.host, server.login(), limits=QUICK) as talking,
    ):
        with pytest.raises(SessionLost):
            talking.listdir("/")
        assert not talking.alive
    assert time.monotonic() - began < 5


class Trickle(Hostile):
    """Answers everything well and in time, one name or one byte after the other."""

    handle = b"\x66%b\0\0\0\1h"
    name = b"\x68%b\0\0\0\1\0\0\0\1a\0\0\0\1a\0\0\0\0"
    byte = b"\x67%b\0\0\0\1x"
    answers: ClassVar[dict[int, bytes]] = {3: handle, 11: handle, 12: name, 5: byte}

    def data_received(self, data: bytes, datatype: Any) -> None:
        if data[4] not in self.answers:
            super().data_received(data, datatype)
            return
        packet = self.answers[data[4]] % data[5:9]
        whole = len(packet).to_bytes(4, "big") + packet
        asyncio.get_running_loop().call_later(0.05, self._chan.write, whole)


@pytest.mark.parametrize(
    "ask", [lambda it: it.listdir("/"), lambda it: it.read("/a.rcvd", 64_000)]
)
def test_what_only_trickles_in_is_given_up(
    box: Path, ask: Callable[[Session], object]
) -> None:
    began = time.monotonic()
    limits = replace(QUICK, whole_seconds=1)
    with (
        hostile(box, Trickle) as exchange,
        connect(exchange.host, server.login(), limits=limits) as talking,
        pytest.raises(SessionLost),
    ):
        ask(talking)
    assert time.monotonic() - began < 5
