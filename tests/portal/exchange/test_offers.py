"""What we offer a server, and what it offers us."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import asyncssh
import paramiko
import pytest

from portal.exchange.algorithms import HKEX
from portal.exchange.errors import (
    NotReachable,
)
from portal.exchange.preflight import offered
from portal.exchange.session import Host, connect
from tests.portal.exchange import server


def ed25519() -> list[asyncssh.SSHKey]:
    return [asyncssh.generate_private_key("ssh-ed25519")]


@contextmanager
def listening() -> Iterator[tuple[Host, list[paramiko.Message]]]:
    """A socket that takes one client's first packet, its offer, and hangs up."""
    first: list[paramiko.Message] = []

    def take(listener: socket.socket) -> None:
        line, _ = listener.accept()
        with line, line.makefile("rb") as stream:
            line.sendall(b"SSH-2.0-listener\r\n")
            stream.readline()
            length = int.from_bytes(stream.read(4), "big")
            packet = stream.read(length)
            first.append(paramiko.Message(packet[2:]))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=take, args=(listener,))
        thread.start()
        yield Host("127.0.0.1", listener.getsockname()[1]), first
        thread.join(5)


@pytest.mark.ledger("RAP-03/P")
def test_only_the_guides_algorithms_are_offered_and_no_compression() -> None:
    with listening() as (host, first), pytest.raises(NotReachable):
        connect(host, server.login())
    (offer,) = first
    offer.get_bytes(16)
    lists = [offer.get_list() for _ in range(8)]
    # Two signs that are no algorithms: "I read extensions" and the Terrapin fix.
    signs = ["ext-info-c", "kex-strict-c-v00@openssh.com"]
    ciphers, macs = list(HKEX.ciphers), list(HKEX.macs)
    none = ["none"]
    assert lists[0] == [*HKEX.kex, *signs]
    assert lists[1:] == [list(HKEX.host_keys), ciphers, ciphers, macs, macs, none, none]
    assert "ssh-rsa" not in HKEX.host_keys + HKEX.signatures


def test_the_presets_names_are_all_of_the_guide() -> None:
    guide = [
        "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp521",
        "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp256",
        "diffie-hellman-group-exchange-sha256",
        "hmac-sha2-512-96",
        "hmac-sha2-256",
        "aes256-gcm@openssh.com",
        "aes128-gcm@openssh.com",
        "aes256-ctr",
        "aes192-ctr",
        "aes128-ctr",
        "ssh-rsa",
        "rsa-sha2-256",
        "rsa-sha2-512",
    ]
    ours = HKEX.kex + HKEX.ciphers + HKEX.macs + HKEX.host_keys + HKEX.signatures
    assert set(ours) <= set(guide)


def test_the_offer_of_a_server_is_seen_without_logging_in(
    exchange: server.Exchange,
) -> None:
    offer = offered(replace(exchange.host, host_key=""))
    assert offer.host_key == exchange.host.host_key
    assert "aes256-gcm@openssh.com" in offer.ciphers
    assert "rsa-sha2-512" in offer.signatures
    assert offer.missing == ""
    assert exchange.login_attempts == []


def test_the_offer_of_a_server_that_shares_nothing_says_what_is_missing(
    box: Path,
) -> None:
    with server.running(box, server_host_keys=ed25519()) as exchange:
        offer = offered(exchange.host)
    assert offer.host_keys == ("ssh-ed25519",)
    assert offer.host_key == ""
    assert "host key" in offer.missing
