"""Uploads that go well, and what HKEX's server sees of them."""

import hashlib
import io
import logging
from pathlib import Path
from typing import Any

import asyncssh
import paramiko
import pytest

from bench import sshd
from portal.exchange.errors import BrokeBeforeOpen, OpenRefused, SourceUnfit
from portal.exchange.results import ResultName, checksum_in
from portal.exchange.session import Host, Limits, Login, Session, connect
from tests.portal.exchange import server

SMALL_WRITES = Limits(max_write_bytes=32_000)


def nothing() -> None:
    """A caller that has nothing to commit."""


def upload(session: Session, content: bytes, path: str = "/HBCNMAPP.zip") -> Any:
    source = io.BytesIO(content)
    return session.upload(source, path, len(content), before_open=nothing)


def test_the_file_arrives_whole_and_its_hash_is_known(
    exchange: server.Exchange, box: Path
) -> None:
    content = bytes(range(256)) * 8_001
    with connect(exchange.host, server.login(), limits=SMALL_WRITES) as session:
        done = upload(session, content)
    assert (box / "HBCNMAPP.zip").read_bytes() == content
    assert done.size == len(content)
    assert done.sha256 == hashlib.sha256(content).hexdigest().upper()


@pytest.mark.ledger("ECP-17/P")
def test_an_upload_asks_for_nothing_but_open_write_and_close(
    exchange: server.Exchange,
) -> None:
    with connect(exchange.host, server.login()) as session:
        upload(session, b"x" * 100_000)
    assert exchange.seen() == {"open", "write", "close"}


class Ecp(server.Box):
    """Takes the file away at its CLOSE and leaves an acknowledgment, as ECP does."""

    def close(self, file_obj: Any) -> None:
        name = Path(file_obj.name.decode())
        file_obj.close()
        if not name.name.endswith(".zip"):
            return
        digest = hashlib.sha256(name.read_bytes()).hexdigest()
        Path(f"{name}.101500.rcvd").write_text(f"{digest}\r\n")
        name.unlink()


@pytest.mark.ledger("ECP-14/P")
def test_a_file_that_hkex_hides_is_a_good_upload_and_its_result_is_found(
    box: Path,
) -> None:
    with (
        server.running(box, Ecp) as exchange,
        connect(exchange.host, server.login()) as session,
    ):
        done = upload(session, b"x" * 70_000)
        (entry,) = session.listdir("/")
        result = ResultName.parse(entry.name)
        content = session.read(f"/{entry.name}", 1000)
    assert result is not None
    assert (result.original, result.kind) == ("HBCNMAPP.zip", "rcvd")
    assert checksum_in(content) == done.sha256


def test_a_file_of_one_byte_arrives(exchange: server.Exchange, box: Path) -> None:
    with connect(exchange.host, server.login()) as session:
        upload(session, b"x")
    assert (box / "HBCNMAPP.zip").read_bytes() == b"x"


def test_an_empty_file_is_refused_before_anything_is_opened(
    exchange: server.Exchange,
) -> None:
    with (
        connect(exchange.host, server.login()) as session,
        pytest.raises(SourceUnfit),
    ):
        upload(session, b"")
    assert exchange.requests == []


def test_an_older_file_of_the_same_name_is_replaced(
    exchange: server.Exchange, box: Path
) -> None:
    (box / "HBCNMAPP.zip").write_bytes(b"older and longer")
    with connect(exchange.host, server.login()) as session:
        upload(session, b"new")
    assert (box / "HBCNMAPP.zip").read_bytes() == b"new"


def test_the_intent_is_committed_before_the_open_and_the_open_told_after_it(
    exchange: server.Exchange,
) -> None:
    told: list[tuple[str, list[str]]] = []
    with connect(exchange.host, server.login()) as session:
        session.upload(
            io.BytesIO(b"abc"),
            "/a",
            3,
            before_open=lambda: told.append(("before", [*exchange.requests])),
            opened=lambda: told.append(("opened", [*exchange.requests])),
        )
    assert told == [("before", []), ("opened", ["open"])]


def test_progress_ends_with_all_bytes_acknowledged(exchange: server.Exchange) -> None:
    told: list[int] = []
    with connect(exchange.host, server.login(), limits=SMALL_WRITES) as session:
        session.upload(
            io.BytesIO(bytes(5_000_000)),
            "/a",
            5_000_000,
            before_open=nothing,
            progress=told.append,
        )
    assert told[-1] == 5_000_000
    assert told == sorted(told)


def test_progress_is_told_ten_times_a_second_at_most(box: Path) -> None:
    told: list[int] = []
    limits = Limits(max_write_bytes=1_000)
    with (
        server.running(box) as exchange,
        connect(exchange.host, server.login(), limits=limits) as session,
    ):
        done = session.upload(
            io.BytesIO(bytes(2_000_000)),
            "/a",
            2_000_000,
            before_open=nothing,
            progress=told.append,
        )
    assert len(told) <= done.seconds * 10 + 2


class TellsNoLimits(server.Box):
    """Notes how long its WRITEs are."""

    def write(self, file_obj: Any, offset: int, data: bytes) -> int:
        self.exchange.requests.append(f"write of {len(data)}")
        return len(data)


def test_a_write_is_no_longer_than_the_limit(box: Path) -> None:
    limits = Limits(max_write_bytes=5_000)
    with (
        server.running(box, TellsNoLimits) as exchange,
        connect(exchange.host, server.login(), limits=limits) as session,
    ):
        upload(session, bytes(12_000))
    assert {"write of 5000", "write of 2000"} <= exchange.seen()
    assert len([r for r in exchange.requests if r.startswith("write of")]) == 3


class LongNamesRefused(server.Box):
    """Refuses names over 128 characters in the SFTP server itself."""

    def open(self, path: bytes, pflags: int, attrs: Any) -> object:
        self.exchange.requests.append("open")
        if len(path.rsplit(b"/", 1)[-1]) > 128:
            raise asyncssh.SFTPFailure("name too long")
        return asyncssh.SFTPServer.open(self, path, pflags, attrs)


@pytest.mark.ledger("ECP-16/P")
def test_a_name_of_129_characters_that_the_server_refuses_is_a_known_refusal(
    box: Path,
) -> None:
    with (
        server.running(box, LongNamesRefused) as exchange,
        connect(exchange.host, server.login()) as session,
    ):
        with pytest.raises(OpenRefused, match="name too long") as refusal:
            upload(session, b"abc", "/" + "n" * 129)
        assert session.alive
        upload(session, b"abc", "/" + "n" * 128)
    assert refusal.value.permanent
    assert exchange.requests[0] == "open"


def test_a_failed_commit_goes_through_and_nothing_is_sent(
    exchange: server.Exchange,
) -> None:
    def fails() -> None:
        raise LookupError("no database")

    with (
        connect(exchange.host, server.login()) as session,
        pytest.raises(LookupError),
    ):
        session.upload(io.BytesIO(b"abc"), "/a", 3, before_open=fails)
    assert exchange.requests == []


def test_a_session_that_is_gone_breaks_before_the_open(
    exchange: server.Exchange,
) -> None:
    with connect(exchange.host, server.login()) as session:
        session.close()
        with pytest.raises(BrokeBeforeOpen) as broke:
            upload(session, b"abc")
    assert not broke.value.permanent
    assert exchange.requests == []


def test_an_open_that_would_be_late_is_not_sent(exchange: server.Exchange) -> None:
    limits = Limits(open_within_seconds=-1)
    with (
        connect(exchange.host, server.login(), limits=limits) as session,
    ):
        with pytest.raises(BrokeBeforeOpen):
            upload(session, b"abc")
        assert session.alive
    assert exchange.requests == []


KEY_EXCHANGE = "Received key exchange request"


def test_an_upload_survives_new_keys_in_its_middle(
    exchange: server.Exchange, box: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "asyncssh")
    content = bytes(range(250)) * 20_000
    limits = Limits(max_write_bytes=32_000, rekey_bytes=1_000_000)
    with connect(exchange.host, server.login(), limits=limits) as session:
        upload(session, content)
    assert (box / "HBCNMAPP.zip").read_bytes() == content
    assert caplog.text.count(KEY_EXCHANGE) > 2


def test_an_upload_survives_new_keys_that_the_server_wants(
    box: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "asyncssh")
    content = bytes(range(250)) * 20_000
    with (
        server.running(box, rekey_bytes=3_000) as exchange,
        connect(exchange.host, server.login(), limits=SMALL_WRITES) as session,
    ):
        upload(session, content)
    assert (box / "HBCNMAPP.zip").read_bytes() == content
    assert caplog.text.count(KEY_EXCHANGE) > 2


def test_an_upload_without_gcm_arrives_too(box: Path) -> None:
    content = bytes(range(250)) * 20_000
    limits = Limits(rekey_bytes=1_000_000)
    with (
        server.running(box, encryption_algs=["aes256-ctr"]) as exchange,
        connect(exchange.host, server.login(), limits=limits) as session,
    ):
        upload(session, content)
    assert (box / "HBCNMAPP.zip").read_bytes() == content


@pytest.mark.parametrize("rekey_bytes", [2**29, 3_000_000])
def test_openssh_takes_an_upload(
    openssh: sshd.Sshd, tmp_path: Path, rekey_bytes: int
) -> None:
    content = bytes(range(250)) * 60_000
    host = Host("127.0.0.1", openssh.port, openssh.host_key)
    key = paramiko.RSAKey.from_private_key_file(str(openssh.client_key))
    login = Login(openssh.login_id, key)
    with connect(host, login, limits=Limits(rekey_bytes=rekey_bytes)) as session:
        done = upload(session, content, str(tmp_path / "arrived"))
    assert (tmp_path / "arrived").read_bytes() == content
    assert done.sha256 == hashlib.sha256(content).hexdigest().upper()
