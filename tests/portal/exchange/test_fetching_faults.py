"""Files that cannot be fetched: each costs itself, and no other."""

import asyncio
import errno
import time
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from portal.exchange.errors import Refused, SinkFailed, SizeChanged
from portal.exchange.packets import EOF, Body, Fields, Kind, text
from portal.exchange.session import (
    Fetched,
    Limits,
    NotFetched,
    Wanted,
    connect,
)
from tests.portal.exchange import server
from tests.portal.exchange.fetches import Memory, contents, errors, filled, listed


def test_what_fails_does_not_hurt_its_neighbours(
    exchange: server.Exchange, box: Path
) -> None:
    made = filled(box, {"first": 100_000, "grown": 50_001, "shrunk": 49_999, "last": 9})
    wanted = [
        Wanted("/first", 100_000),
        Wanted("/gone", 10),
        Wanted("/grown", 50_000),
        Wanted("/shrunk", 50_000),
        Wanted("/last", 9),
    ]
    with connect(exchange.host, server.login()) as session:
        results = list(session.fetch(wanted, Memory))
        session.probe()
    found = {r.wanted.path: r.sink.content for r in results if isinstance(r, Fetched)}
    assert found == {"/first": made["/first"], "/last": made["/last"]}
    failed = {r.wanted.path: r.error for r in results if isinstance(r, NotFetched)}
    assert {path: type(error) for path, error in failed.items()} == {
        "/gone": Refused,
        "/grown": SizeChanged,
        "/shrunk": SizeChanged,
    }
    assert "no such file" in failed["/gone"].sentence
    assert "longer than the 50000" in failed["/grown"].sentence
    assert "shorter than the 50000" in failed["/shrunk"].sentence


def test_a_file_that_grew_is_never_read_further_than_its_probe(
    box: Path,
) -> None:
    with server.running(box, NotesReads) as exchange:
        filled(box, {"grown": 5_000_000})
        with connect(exchange.host, server.login()) as session:
            errors(session, [Wanted("/grown", 1000)])
    assert sum(int(note) for note in exchange.requests if note.isdigit()) == 1001


class NotesReads(server.Box):
    def read(self, file_obj: Any, offset: int, size: int) -> bytes:
        self.exchange.requests.append(str(size))
        file_obj.seek(offset)
        return bytes(file_obj.read(size))


class ReadsShort(server.Box):
    def read(self, file_obj: Any, offset: int, size: int) -> bytes:
        file_obj.seek(offset)
        return bytes(file_obj.read(min(size, 10_007)))


@pytest.mark.parametrize("window", [Limits().fetch_window_bytes, 100_000])
def test_short_answers_are_asked_for_their_rest(box: Path, window: int) -> None:
    """Also while the window is full of what was asked for and did not come."""
    made = filled(box, {"a": 1_000_000, "b": 40_000})
    limits = Limits(fetch_window_bytes=window)
    with (
        server.running(box, ReadsShort) as exchange,
        connect(exchange.host, server.login(), limits=limits) as session,
    ):
        assert contents(session, listed(made)) == made


class AnswersOutOfOrder(server.Box):
    async def read(self, file_obj: Any, offset: int, size: int) -> bytes:
        await asyncio.sleep(0.02 if (offset // 32768) % 3 == 0 else 0)
        file_obj.seek(offset)
        return bytes(file_obj.read(size))


def test_answers_out_of_order_are_put_in_order(box: Path) -> None:
    made = filled(box, {"a": 1_000_000, "b": 400_000})
    with (
        server.running(box, AnswersOutOfOrder) as exchange,
        connect(exchange.host, server.login()) as session,
    ):
        assert contents(session, listed(made)) == made


SLOW, LATER = b"slow", 2.0
SIZES = {SLOW: 200_000, b"0": 40_000, b"1": 40_000, b"2": 40_000}


class OneIsSlow(server.RawSftp):
    """Its bytes come late; those of the others at once."""

    def asked(self, kind: int, number: bytes, rest: bytes) -> None:
        fields = Fields(rest)
        name = fields.string().strip(b"/")
        if kind == Kind.OPEN:
            self.say(Kind.HANDLE, number, text(name))
        elif kind == Kind.CLOSE:
            self.say(Kind.STATUS, number, bytes(12))
        elif (length := SIZES[name] - fields.u64()) <= 0:
            self.say(Kind.STATUS, number, bytes([0, 0, 0, EOF]) + bytes(8))
        else:
            block = text(bytes(min(length, fields.u32())))
            late = LATER if name == SLOW else 0
            loop = asyncio.get_running_loop()
            loop.call_later(late, self.say, Kind.DATA, number, block)


def test_a_file_that_fills_the_window_holds_up_no_other(box: Path) -> None:
    wanted = [Wanted(f"/{name.decode()}", size) for name, size in SIZES.items()]
    limits = Limits(fetch_window_bytes=SIZES[SLOW])
    took = {}
    with (
        server.running(box, **server.raw(OneIsSlow)) as exchange,
        connect(exchange.host, server.login(), limits=limits) as session,
    ):
        began = time.monotonic()
        for result in session.fetch(wanted, Memory):
            assert isinstance(result, Fetched), result
            took[result.wanted.path] = time.monotonic() - began
    assert took.pop("/slow") >= LATER
    assert max(took.values()) < LATER, "they waited for the slow one"


class DeniesReading(server.Box):
    def read(self, file_obj: Any, offset: int, size: int) -> bytes:
        if file_obj.name.endswith(b"denied") and offset > 50_000:
            raise asyncssh.SFTPPermissionDenied("not yours")
        file_obj.seek(offset)
        return bytes(file_obj.read(size))


def test_a_file_denied_in_its_middle_costs_only_itself(box: Path) -> None:
    made = filled(box, {"a": 200_000, "denied": 200_000, "b": 200_000})
    with (
        server.running(box, DeniesReading) as exchange,
        connect(exchange.host, server.login()) as session,
    ):
        failed = errors(session, listed(made))
    assert (failed["/a"], failed["/b"]) == (None, None)
    assert isinstance(failed["/denied"], Refused)
    assert "not yours" in failed["/denied"].sentence


class FewHandles(server.Box):
    """Opens three files at a time, and says no more than "failure" to a fourth."""

    opened = 0

    def open(self, path: bytes, pflags: int, attrs: Any) -> Any:
        if self.opened == 3 or path.endswith(b"broken"):
            raise asyncssh.SFTPFailure("failure")
        self.opened += 1
        return super().open(path, pflags, attrs)

    def close(self, file_obj: Any) -> None:
        self.opened -= 1
        file_obj.close()


def test_a_server_that_opens_few_files_at_a_time_gives_them_all(box: Path) -> None:
    made = filled(box, {str(number): 1000 for number in range(40)})
    filled(box, {"broken": 1000})
    with (
        server.running(box, FewHandles) as exchange,
        connect(exchange.host, server.login()) as session,
    ):
        failed = errors(session, [Wanted("/broken", 1000), *listed(made)])
    broken = failed.pop("/broken")
    assert isinstance(broken, Refused)
    assert set(failed) == set(made)
    assert not any(failed.values())


class FullDisk(Memory):
    def write(self, block: Body) -> None:
        if self.wanted.path == "/unlucky":
            raise OSError(errno.ENOSPC, "No space left on device")
        super().write(block)


def test_a_sink_that_fails_is_dropped_and_costs_only_its_file(
    exchange: server.Exchange, box: Path
) -> None:
    made = filled(box, {"a": 200_000, "unlucky": 9_000_000, "b": 200_000})
    sinks: dict[str, FullDisk] = {}

    def open_sink(wanted: Wanted) -> FullDisk:
        return sinks.setdefault(wanted.path, FullDisk(wanted))

    with connect(exchange.host, server.login()) as session:
        results = list(session.fetch(listed(made), open_sink))
    failed = [result for result in results if isinstance(result, NotFetched)]
    assert [result.wanted.path for result in failed] == ["/unlucky"]
    assert isinstance(failed[0].error, SinkFailed)
    assert "No space left" in failed[0].error.sentence
    assert {path: sink.dropped for path, sink in sinks.items()} == {
        "/a": False,
        "/unlucky": True,
        "/b": False,
    }


def test_a_sink_that_cannot_be_opened_costs_only_its_file(
    exchange: server.Exchange, box: Path
) -> None:
    made = filled(box, {"a": 10, "unlucky": 10})

    def open_sink(wanted: Wanted) -> Memory:
        if wanted.path == "/unlucky":
            raise OSError(errno.EROFS, "Read-only file system")
        return Memory(wanted)

    with connect(exchange.host, server.login()) as session:
        results = list(session.fetch(listed(made), open_sink))
    assert {type(result) for result in results} == {Fetched, NotFetched}
