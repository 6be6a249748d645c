"""Who may come in, from where, with which algorithms, and how often at a time."""

import asyncio
import io
from typing import Any

import asyncssh
import paramiko
import pytest
from paramiko import RSAKey

from sandbox.inthread import SandboxThread
from tests.sandbox_own.builders import eventually
from tests.sandbox_own.client import BROKEN, Client, drained
from tests.sandbox_own.conftest import ALICE, REFUSED, Connect, line


def connect_with(
    sandbox: SandboxThread,
    key: RSAKey,
    host: dict[str, Any] | None = None,
    login: str = "hkidr.aaa000",
    **options: Any,
) -> str:
    """Log in with asyncssh and these algorithms; the cipher that was agreed on."""
    host = host or sandbox.hosts[0]

    async def connect() -> str:
        async with asyncssh.connect(
            host["address"],
            host["port"],
            username=login,
            client_keys=[asyncssh.import_private_key(private(key))],
            known_hosts=asyncssh.import_known_hosts(
                f"[{host['address']}]:{host['port']} {host['host_key']}"
            ),
            config=None,
            agent_path=None,
            **options,
        ) as connection:
            return str(connection.get_extra_info("send_cipher"))

    return asyncio.run(connect())


def private(key: RSAKey) -> str:
    out = io.StringIO()
    key.write_private_key(out)
    return out.getvalue()


@pytest.mark.ledger("ECP-59/S")
def test_only_the_accounts_own_key_logs_in(
    sandbox: SandboxThread, connect: Connect, other_key: RSAKey
) -> None:
    bob = ALICE | {"login": "hkidr.aaa001"}
    sandbox.register(**bob, public_keys=[line(other_key)])
    connect(sandbox, login="hkidr.aaa001", key=other_key)
    with pytest.raises(REFUSED):
        connect(sandbox, key=other_key)


@pytest.mark.parametrize("login", ["nobody", "../hkidr.aaa000", "", "HKIDR.AAA000"])
def test_an_unknown_login_is_refused(
    sandbox: SandboxThread, connect: Connect, login: str
) -> None:
    with pytest.raises(BROKEN):
        connect(sandbox, login=login)


@pytest.mark.ledger("ECP-56")
def test_an_unregistered_address_is_refused(
    sandbox: SandboxThread, connect: Connect
) -> None:
    with pytest.raises(REFUSED):
        connect(sandbox, source="127.0.0.9")


@pytest.mark.ledger("ECP-54/S", "ECP-56")
def test_an_address_of_the_participants_other_ecp_account_is_of_no_use(
    sandbox: SandboxThread, connect: Connect, other_key: RSAKey
) -> None:
    bob = ALICE | {"login": "hkidr.aaa001", "remote_ips": ["127.0.0.9"]}
    sandbox.register(**bob, public_keys=[line(other_key)])
    with pytest.raises(REFUSED):
        connect(sandbox, source="127.0.0.9")


@pytest.mark.ledger("ECP-56")
def test_a_registered_address_is_let_in(
    sandbox: SandboxThread, connect: Connect, key: RSAKey
) -> None:
    sandbox.register(**ALICE, public_keys=[line(key)], remote_ips=["127.0.0.9"])
    assert connect(sandbox, source="127.0.0.9").sftp.listdir("/")


def test_a_newer_login_closes_the_older_session(
    sandbox: SandboxThread, client: Client, connect: Connect
) -> None:
    newer = connect(sandbox, host=3)
    eventually(lambda: drained(client))
    assert newer.sftp.listdir("/")


def test_passwords_are_not_asked_for(sandbox: SandboxThread, key: RSAKey) -> None:
    host = sandbox.hosts[0]
    transport = paramiko.Transport((host["address"], host["port"]))
    try:
        transport.start_client(timeout=5)
        with pytest.raises(paramiko.BadAuthenticationType) as refusal:
            transport.auth_password("hkidr.aaa000", "secret")
        assert refusal.value.allowed_types == ["publickey"]
    finally:
        transport.close()


@pytest.mark.parametrize("cipher", ["aes256-gcm@openssh.com", "aes128-ctr"])
def test_raps_ciphers_are_taken(
    sandbox: SandboxThread, key: RSAKey, cipher: str
) -> None:
    assert connect_with(sandbox, key, encryption_algs=[cipher]) == cipher


@pytest.mark.parametrize(
    "offer",
    [
        {"encryption_algs": ["chacha20-poly1305@openssh.com"]},
        {"encryption_algs": ["aes256-cbc"]},
        {"kex_algs": ["diffie-hellman-group14-sha256"]},
        {"encryption_algs": ["aes256-ctr"], "mac_algs": ["hmac-sha1"]},
        {"server_host_key_algs": ["ssh-ed25519"]},
        {"signature_algs": ["ssh-rsa"]},
    ],
    ids=lambda offer: "+".join(value[0] for value in offer.values()),
)
def test_a_client_that_offers_nothing_of_raps_list_is_refused(
    sandbox: SandboxThread, key: RSAKey, offer: dict[str, Any]
) -> None:
    with pytest.raises((asyncssh.Error, ValueError)):
        connect_with(sandbox, key, **offer)


@pytest.mark.parametrize("command", ["id", None])
def test_there_is_no_shell_and_no_command(
    sandbox: SandboxThread, client: Client, command: str | None
) -> None:
    channel = client.transport.open_session(timeout=5)
    with pytest.raises(paramiko.SSHException):
        channel.exec_command(command) if command else channel.invoke_shell()
