"""Looking and reading: what is shown, and what is borne."""

from pathlib import Path

import pytest

from portal.exchange.errors import (
    Refused,
    TooLarge,
)
from portal.exchange.session import Limits, connect
from tests.portal.exchange import server


def test_a_folder_is_listed_with_sizes_and_times(
    exchange: server.Exchange, box: Path
) -> None:
    (box / "report.txt").write_bytes(b"12345")
    (box / "DCASS").mkdir()
    with connect(exchange.host, server.login()) as session:
        folder, report = sorted(session.listdir("/"), key=lambda entry: entry.name)
    assert (folder.name, folder.is_folder) == ("DCASS", True)
    assert (report.name, report.size, report.is_folder) == ("report.txt", 5, False)
    assert report.modified_at is not None
    assert report.modified_at.tzinfo is not None


def test_a_garbled_name_is_left_out_and_kept_out_of_the_log(
    exchange: server.Exchange, box: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (box / "good").touch()
    (box / "evil\nERROR forged").touch()
    (box / "gpj.\u202etxt").touch()
    with connect(exchange.host, server.login()) as session:
        assert [entry.name for entry in session.listdir("/")] == ["good"]
    assert "garbled" in caplog.text
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("portal")]
    assert "forged" not in "".join(ours)


def test_a_folder_with_too_many_entries_is_too_large(
    exchange: server.Exchange, box: Path
) -> None:
    for number in range(20):
        (box / str(number)).touch()
    limits = Limits(max_entries=10)
    with (
        connect(exchange.host, server.login(), limits=limits) as session,
        pytest.raises(TooLarge),
    ):
        session.listdir("/")


def test_a_file_is_read_up_to_the_limit_and_not_beyond(
    exchange: server.Exchange, box: Path
) -> None:
    (box / "a.rcvd").write_bytes(bytes(100_000))
    with connect(exchange.host, server.login()) as session:
        assert session.read("/a.rcvd", 100_000) == bytes(100_000)
        with pytest.raises(TooLarge, match="99999"):
            session.read("/a.rcvd", 99_999)
        assert session.alive


def test_a_missing_file_is_refused_and_the_session_lives(
    exchange: server.Exchange,
) -> None:
    with connect(exchange.host, server.login()) as session:
        with pytest.raises(Refused, match="no such file") as refused:
            session.read("/missing", 10)
        assert refused.value.code == 2
        session.probe()


def test_many_bytes_are_read_through_a_window_that_is_widened(
    exchange: server.Exchange, box: Path
) -> None:
    (box / "big").write_bytes(bytes(30_000_000))
    with connect(exchange.host, server.login()) as session:
        for _ in range(3):
            assert len(session.read("/big", 30_000_000)) == 30_000_000
