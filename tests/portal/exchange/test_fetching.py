"""Fetching many files at once: each whole, or told why not; neighbours unhurt."""

from pathlib import Path

import paramiko
import pytest

from bench import sshd
from portal.exchange.session import (
    Fetched,
    Host,
    Limits,
    Login,
    NotFetched,
    Wanted,
    connect,
)
from tests.portal.exchange import server
from tests.portal.exchange.fetches import Memory, contents, filled, listed

SIZES = {"0": 0, "1": 1, "block": 32768, "more": 32769, "big": 9_000_000}


def test_files_of_all_sizes_come_whole(exchange: server.Exchange, box: Path) -> None:
    made = filled(box, SIZES)
    with connect(exchange.host, server.login()) as session:
        assert contents(session, listed(made)) == made
        session.probe()


def test_openssh_gives_files_of_all_sizes_whole(
    openssh: sshd.Sshd, tmp_path: Path
) -> None:
    made = filled(tmp_path, SIZES)
    wanted = [Wanted(f"{tmp_path}{path}", len(made[path])) for path in made]
    key = paramiko.RSAKey.from_private_key_file(str(openssh.client_key))
    host = Host("127.0.0.1", openssh.port, openssh.host_key)
    with connect(host, Login(openssh.login_id, key)) as session:
        found = contents(session, wanted)
    assert list(sorted(found.values())) == sorted(made.values())


def test_more_files_than_may_be_open_come_whole(
    exchange: server.Exchange, box: Path
) -> None:
    made = filled(box, {str(number): 1000 + number for number in range(100)})
    limits = Limits(files_in_flight=5)
    with connect(exchange.host, server.login(), limits=limits) as session:
        assert contents(session, listed(made)) == made


def test_a_window_smaller_than_a_block_still_fetches(
    exchange: server.Exchange, box: Path
) -> None:
    made = filled(box, {"a": 300_000, "b": 300_000})
    limits = Limits(fetch_window_bytes=1)
    with connect(exchange.host, server.login(), limits=limits) as session:
        assert contents(session, listed(made)) == made


def test_nothing_wanted_asks_nothing(exchange: server.Exchange) -> None:
    with connect(exchange.host, server.login()) as session:
        assert list(session.fetch([], Memory)) == []


def test_the_session_does_nothing_else_while_it_fetches(
    exchange: server.Exchange, box: Path
) -> None:
    made = filled(box, {"a": 10, "b": 20_000_000})
    with connect(exchange.host, server.login()) as session:
        fetching = session.fetch(listed(made), Memory)
        next(fetching)
        with pytest.raises(RuntimeError, match="under way"):
            session.listdir("/")
        fetching.close()
        assert len(session.listdir("/")) == 2


def test_closing_drops_what_was_not_taken_and_leaves_the_session(
    exchange: server.Exchange, box: Path
) -> None:
    made = filled(box, {str(number): 100_000 for number in range(60)})
    sinks: list[Memory] = []

    def open_sink(wanted: Wanted) -> Memory:
        sinks.append(Memory(wanted))
        return sinks[-1]

    with connect(exchange.host, server.login()) as session:
        fetching = session.fetch(listed(made), open_sink)
        taken = next(fetching)
        fetching.close()
        session.probe()
    assert isinstance(taken, Fetched)
    assert [sink for sink in sinks if not sink.dropped] == [taken.sink]


def test_giving_up_ends_the_iteration_and_leaves_the_session(
    exchange: server.Exchange, box: Path
) -> None:
    made = filled(box, {"a": 10, "b": 30_000_000, "c": 10})
    with connect(exchange.host, server.login()) as session:
        results = list(session.fetch(listed(made), Memory, give_up=lambda: True))
        session.probe()
    assert len(results) < 3
    assert not [result for result in results if isinstance(result, NotFetched)]


def test_progress_is_told_up_to_the_whole(exchange: server.Exchange, box: Path) -> None:
    made = filled(box, {"a": 30_000_000})
    told: list[int] = []
    with connect(exchange.host, server.login()) as session:
        wanted = listed(made)
        list(session.fetch(wanted, Memory, progress=lambda _, n: told.append(n)))
    assert told == sorted(told)
    assert told[-1] == 30_000_000


@pytest.mark.parametrize("size", [30_000_000, 0], ids=["while it comes", "at its end"])
def test_what_a_callback_raises_goes_through_and_drops_the_rest(
    exchange: server.Exchange, box: Path, size: int
) -> None:
    made = filled(box, {"a": size})
    sinks: list[Memory] = []

    def open_sink(wanted: Wanted) -> Memory:
        sinks.append(Memory(wanted))
        return sinks[-1]

    def lost(wanted: Wanted, written: int) -> None:
        raise ConnectionResetError

    with (
        connect(exchange.host, server.login()) as session,
        pytest.raises(ConnectionResetError),
    ):
        list(session.fetch(listed(made), open_sink, progress=lost))
    assert [sink.dropped for sink in sinks] == [True]
