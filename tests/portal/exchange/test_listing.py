"""Listing many names: few round trips, in order, and whatever the server bears."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, ClassVar

import asyncssh
import pytest

from bench import far
from portal.exchange.errors import Refused, SessionLost
from portal.exchange.session import Limits, connect
from tests.portal.exchange import server
from tests.portal.exchange.test_hostile_server import Hostile, hostile


def names(exchange: server.Exchange) -> list[str]:
    with connect(exchange.host, server.login()) as session:
        listed = [entry.name for entry in session.listdir("/")]
        session.probe()
    return listed


def test_a_thousand_names_come_once_each(exchange: server.Exchange, box: Path) -> None:
    made = {f"report-{number:05}" for number in range(1000)}
    for name in made:
        (box / name).touch()
    found = names(exchange)
    assert len(found) == len(made)
    assert set(found) == made


def test_an_empty_folder_is_empty(exchange: server.Exchange) -> None:
    assert names(exchange) == []


class Pages(Hostile):
    """A folder of 60 answers with one name each, in order; then its end."""

    asked = 0
    most: ClassVar[int] = 60

    def data_received(self, data: bytes, datatype: Any) -> None:
        if data[4] == 1:
            super().data_received(data, datatype)
        while len(data) >= 9 and data[4] != 1:
            length = int.from_bytes(data[:4], "big")
            body = self.answer(data[4], data[5:9])
            self._chan.write(len(body).to_bytes(4, "big") + body)
            data = data[4 + length :]

    def answer(self, kind: int, request_id: bytes) -> bytes:
        if kind == 11:
            self.asked = 0
            return b"\x66" + request_id + b"\0\0\0\1h"
        if kind == 12 and self.asked < self.most:
            self.asked += 1
            name = b"\0\0\0\3%03d" % (self.asked % 1000)
            return b"\x68" + request_id + b"\0\0\0\1" + name + b"\0\0\0\0\0\0\0\0"
        return b"\x65" + request_id + (b"\0\0\0\1" if kind == 12 else b"\0\0\0\0")


def test_names_keep_the_order_of_the_server(box: Path) -> None:
    with hostile(box, Pages) as exchange:
        found = names(exchange)
    assert found == [f"{number:03}" for number in range(1, 61)]


def test_sixty_answers_take_a_few_round_trips(box: Path) -> None:
    with hostile(box, Pages) as exchange, far.away(exchange.port, 0.1) as port:
        exchange.port = port
        with connect(exchange.host, server.login()) as session:
            began = time.monotonic()
            assert len(session.listdir("/")) == 60
            assert time.monotonic() - began < 2.5  # one by one: more than six seconds


class BearsOne(Pages):
    """Answers one question of the first listing with a failure."""

    listings = 0

    def answer(self, kind: int, request_id: bytes) -> bytes:
        self.listings += kind == 11
        if kind == 12 and self.listings == 1 and self.asked == 5:
            return b"\x65" + request_id + b"\0\0\0\4"
        return super().answer(kind, request_id)


def test_a_server_that_bears_one_question_at_a_time_is_asked_so(box: Path) -> None:
    with hostile(box, BearsOne) as exchange:
        assert len(names(exchange)) == 60


class DeniesListing(server.Box):
    def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        raise asyncssh.SFTPPermissionDenied("not yours")


def test_a_folder_that_may_not_be_listed_is_refused(box: Path) -> None:
    with (
        server.running(box, DeniesListing) as exchange,
        connect(exchange.host, server.login()) as session,
    ):
        with pytest.raises(Refused, match="not yours"):
            session.listdir("/")
        session.probe()


class NeverEnds(Pages):
    most = 10**9


def test_a_folder_without_end_is_given_up(box: Path) -> None:
    limits = Limits(whole_seconds=0.5, max_entries=10**9)
    with (
        hostile(box, NeverEnds) as exchange,
        connect(exchange.host, server.login(), limits=limits) as session,
        pytest.raises(SessionLost, match="trickles"),
    ):
        session.listdir("/")
