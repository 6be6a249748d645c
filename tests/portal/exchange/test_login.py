"""Logging in: who is let in, and what is refused before a login is tried."""

import gc
import socket
import threading
import time
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from portal.exchange.errors import (
    HostKeyChanged,
    HostKeyUnknown,
    LoginRefused,
    NoSharedAlgorithm,
    NotReachable,
    SessionLost,
)
from portal.exchange.session import Host, Limits, Login, connect
from tests.portal.exchange import server

QUICK = Limits(connect_seconds=1, call_seconds=0.5)


def other_host_key() -> str:
    key = asyncssh.generate_private_key("ssh-rsa", key_size=2048)
    return key.export_public_key("openssh").decode().strip()


def test_another_host_key_is_refused_before_a_login_is_tried(
    exchange: server.Exchange,
) -> None:
    host = replace(exchange.host, host_key=other_host_key())
    with pytest.raises(HostKeyChanged) as changed:
        connect(host, server.login())
    assert changed.value.offered == exchange.host.host_key
    assert changed.value.permanent
    assert exchange.login_attempts == []


@pytest.mark.parametrize("unconfirmed", ["", "  "])
def test_an_unconfirmed_host_is_refused_before_a_login_is_tried(
    exchange: server.Exchange, unconfirmed: str
) -> None:
    host = replace(exchange.host, host_key=unconfirmed)
    with pytest.raises(HostKeyUnknown, match="SHA256:") as unknown:
        connect(host, server.login())
    assert unknown.value.offered == exchange.host.host_key
    assert exchange.login_attempts == []


@pytest.mark.parametrize("garbled", ["ssh-rsa", "ssh-rsa !!!", "nonsense"])
def test_a_garbled_host_key_line_fits_no_host(
    exchange: server.Exchange, garbled: str
) -> None:
    with pytest.raises(HostKeyChanged):
        connect(replace(exchange.host, host_key=garbled), server.login())
    assert exchange.login_attempts == []


def test_a_refused_key_is_a_refused_login(box: Path) -> None:
    with (
        server.running(box, door=server.ClosedDoor) as exchange,
        pytest.raises(LoginRefused) as refused,
    ):
        connect(exchange.host, server.login())
    assert refused.value.permanent
    assert exchange.login_attempts == ["DCABC001"]


class HangsUp(server.OpenDoor):
    """Ends the connection when somebody tries to log in."""

    def begin_auth(self, username: str) -> bool:
        self.connection.abort()
        return True


def test_a_line_cut_during_the_login_is_no_refusal(box: Path) -> None:
    with (
        server.running(box, door=HangsUp) as exchange,
        pytest.raises(SessionLost) as lost,
    ):
        connect(exchange.host, server.login())
    assert not lost.value.permanent


def test_nobody_listening_is_not_reachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        host = Host("127.0.0.1", taken.getsockname()[1], "ssh-rsa AAAA")
        with pytest.raises(NotReachable, match=str(host.port)) as unreachable:
            connect(host, server.login())
    assert not unreachable.value.permanent


def test_a_host_that_says_nothing_is_not_reachable_in_bounded_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = Host("127.0.0.1", silent.getsockname()[1], "ssh-rsa AAAA")
        began = time.monotonic()
        with pytest.raises(NotReachable):
            connect(host, server.login(), limits=QUICK)
    assert time.monotonic() - began < 3


def ed25519() -> list[asyncssh.SSHKey]:
    return [asyncssh.generate_private_key("ssh-ed25519")]


def test_a_host_with_another_kind_of_key_shares_nothing_and_the_sentence_says_so(
    box: Path,
) -> None:
    with (
        server.running(box, server_host_keys=ed25519()) as exchange,
        pytest.raises(NoSharedAlgorithm, match="host key"),
    ):
        connect(exchange.host, server.login())
    assert exchange.login_attempts == []


def test_a_host_that_takes_only_sha1_logins_shares_nothing(box: Path) -> None:
    with (
        server.running(box, signature_algs=["ssh-rsa"]) as exchange,
        pytest.raises(NoSharedAlgorithm, match="signature"),
    ):
        connect(exchange.host, server.login())


def test_no_thread_outlives_its_session(exchange: server.Exchange) -> None:
    gc.collect()
    before = set(threading.enumerate())
    with connect(exchange.host, server.login()) as session:
        session.probe()
    assert set(threading.enumerate()) <= before


def test_no_thread_outlives_a_failed_login(exchange: server.Exchange) -> None:
    before = set(threading.enumerate())
    with pytest.raises(HostKeyUnknown):
        connect(replace(exchange.host, host_key=""), server.login())
    assert set(threading.enumerate()) <= before


def test_a_login_shows_nothing_of_its_key() -> None:
    assert repr(server.login()) == "Login(login_id='DCABC001')"
    assert Login("a", server.client_key()) == Login("a", server.client_key())
