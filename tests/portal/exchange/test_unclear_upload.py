"""Uploads that break after their OPEN: each is unclear, at the stage where it broke."""

import asyncio
import contextlib
import io
import time
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from portal.exchange.errors import SourceUnfit, Stalled, Unclear
from portal.exchange.session import Limits, connect
from tests.portal.exchange import server

SMALL_WRITES = Limits(max_write_bytes=32_000)
IMPATIENT = Limits(max_write_bytes=32_000, stall_seconds=0.5)


def nothing() -> None:
    """A caller that has nothing to commit."""


def broken_upload(
    box: Path,
    fault: type[server.Box],
    *,
    size: int = 1_000_000,
    limits: Limits = SMALL_WRITES,
) -> Unclear:
    """Upload to a server with a fault: the exception."""
    with (
        server.running(box, fault) as exchange,
        connect(exchange.host, server.login(), limits=limits) as session,
    ):
        source = io.BytesIO(bytes(size))
        with pytest.raises(Unclear) as unclear:
            session.upload(source, "/a.zip", size, before_open=nothing)
        assert not session.alive
    return unclear.value


class FirstWriteFails(server.Box):
    def write(self, file_obj: Any, offset: int, data: bytes) -> int:
        if offset == 0:
            raise asyncssh.SFTPFailure("disk full")
        return len(data)


class MiddleWriteFails(server.Box):
    def write(self, file_obj: Any, offset: int, data: bytes) -> int:
        if offset == 16 * 32_000:
            raise asyncssh.SFTPFailure("disk full")
        return len(data)


class LastWriteFails(server.Box):
    def write(self, file_obj: Any, offset: int, data: bytes) -> int:
        if len(data) < 32_000:
            raise asyncssh.SFTPFailure("disk full")
        return len(data)


@pytest.mark.parametrize("fault", [FirstWriteFails, MiddleWriteFails, LastWriteFails])
def test_a_write_that_fails_is_unclear(box: Path, fault: type[server.Box]) -> None:
    unclear = broken_upload(box, fault)
    assert unclear.stage == "write"
    assert "disk full" in unclear.sentence
    assert unclear.bytes_acknowledged < 1_000_000


def test_a_write_that_fails_in_a_file_of_one_write_is_unclear(box: Path) -> None:
    unclear = broken_upload(box, FirstWriteFails, size=10)
    assert (unclear.bytes_acknowledged, unclear.bytes_sent) == (0, 10)


class CloseFails(server.Box):
    def close(self, file_obj: Any) -> None:
        file_obj.close()
        raise asyncssh.SFTPFailure("quota")


def test_a_close_that_fails_is_unclear(box: Path) -> None:
    unclear = broken_upload(box, CloseFails)
    assert unclear.stage == "close"
    assert "quota" in unclear.sentence
    assert unclear.bytes_acknowledged == 1_000_000


class CutsAtOpen(server.Box):
    def open(self, path: bytes, pflags: int, attrs: Any) -> object:
        self.cut()
        return super().open(path, pflags, attrs)


class CutsAtWrite(server.Box):
    def write(self, file_obj: Any, offset: int, data: bytes) -> int:
        if offset > 500_000:
            self.cut()
        return len(data)


class CutsAtClose(server.Box):
    def close(self, file_obj: Any) -> None:
        file_obj.close()
        self.cut()


@pytest.mark.parametrize(
    ("fault", "stage"),
    [(CutsAtOpen, "open"), (CutsAtWrite, "write"), (CutsAtClose, "close")],
)
def test_a_cut_is_unclear_at_the_stage_it_came(
    box: Path, fault: type[server.Box], stage: str
) -> None:
    unclear = broken_upload(box, fault)
    assert unclear.stage == stage
    assert unclear.permanent


class NeverAnswersOpen(server.Box):
    async def open(self, path: bytes, pflags: int, attrs: Any) -> object:
        return await asyncio.Event().wait()


class NeverAnswersWrites(server.Box):
    async def write(self, file_obj: Any, offset: int, data: bytes) -> int:
        await asyncio.Event().wait()
        return 0


class NeverAnswersClose(server.Box):
    async def close(self, file_obj: Any) -> None:
        file_obj.close()
        await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("fault", "stage"),
    [
        (NeverAnswersOpen, "open"),
        (NeverAnswersWrites, "write"),
        (NeverAnswersClose, "close"),
    ],
)
def test_a_server_that_stops_answering_is_a_stall_in_bounded_time(
    box: Path, fault: type[server.Box], stage: str
) -> None:
    began = time.monotonic()
    unclear = broken_upload(box, fault, size=5_000_000, limits=IMPATIENT)
    assert isinstance(unclear, Stalled)
    assert unclear.stage == stage
    assert time.monotonic() - began < 5


class StopsReading(server.Box):
    """Stops its event loop, so that the line fills up and nothing is read."""

    def write(self, file_obj: Any, offset: int, data: bytes) -> int:
        time.sleep(3)
        return len(data)


def test_a_server_that_reads_nothing_more_is_a_stall_in_bounded_time(
    box: Path,
) -> None:
    limits = Limits(stall_seconds=0.5, writes_in_flight=1_000)
    unclear = broken_upload(box, StopsReading, size=100_000_000, limits=limits)
    assert isinstance(unclear, Stalled)
    assert unclear.stage == "write"


class FailingSource(io.RawIOBase):
    """Gives `good` bytes and then fails."""

    def __init__(self, good: int) -> None:
        self.left = good

    def read(self, size: int = -1) -> bytes:
        if not self.left:
            raise OSError("disk error")
        size = min(size, self.left)
        self.left -= size
        return bytes(size)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (io.BytesIO(bytes(900_000)), "shorter"),
        (io.BytesIO(bytes(1_100_000)), "longer"),
        (FailingSource(900_000), "could not be read"),
    ],
)
def test_a_source_that_proves_unfit_after_the_open_cuts_without_a_close(
    exchange: server.Exchange, source: Any, why: str
) -> None:
    with connect(exchange.host, server.login(), limits=SMALL_WRITES) as session:
        with pytest.raises(Unclear, match=why) as unclear:
            session.upload(source, "/a.zip", 1_000_000, before_open=nothing)
        assert not session.alive
    assert unclear.value.stage == "write"
    assert "open" in exchange.requests


def test_a_source_that_is_short_from_the_first_block_opens_nothing(
    exchange: server.Exchange,
) -> None:
    with (
        connect(exchange.host, server.login()) as session,
        pytest.raises(SourceUnfit, match="shorter"),
    ):
        session.upload(io.BytesIO(b"short"), "/a.zip", 10, before_open=nothing)
    assert exchange.requests == []


class TellsClosesApart(server.Box):
    """asyncssh closes its open files itself when the connection has ended."""

    def close(self, file_obj: Any) -> None:
        file_obj.close()
        ended = self.line.is_closed()
        self.exchange.requests.append("cleaned up" if ended else "CLOSE came")


@pytest.mark.parametrize(
    ("announced", "end"), [(900_000, "CLOSE came"), (1_000_000, "cleaned up")]
)
def test_a_close_is_sent_after_a_whole_file_only(
    box: Path, announced: int, end: str
) -> None:
    with (
        server.running(box, TellsClosesApart) as exchange,
        connect(exchange.host, server.login(), limits=SMALL_WRITES) as session,
    ):
        source = io.BytesIO(bytes(900_000))
        with contextlib.suppress(Unclear):
            session.upload(source, "/a.zip", announced, before_open=nothing)
        assert exchange.wait_for_either("CLOSE came", "cleaned up") == end


def test_a_callback_that_fails_after_the_open_is_unclear(
    exchange: server.Exchange,
) -> None:
    def fails() -> None:
        raise LookupError("the lease is gone")

    with (
        connect(exchange.host, server.login()) as session,
        pytest.raises(Unclear) as unclear,
    ):
        session.upload(io.BytesIO(b"abc"), "/a", 3, before_open=nothing, opened=fails)
    assert unclear.value.stage == "open"
    assert isinstance(unclear.value.__cause__, LookupError)
