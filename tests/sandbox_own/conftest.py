"""A sandbox of one's own for each test, on this worker's addresses."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import paramiko
import pytest

from sandbox.founding import found
from sandbox.gateway.founding import found_gateway
from sandbox.hktime import HONG_KONG
from sandbox.inthread import SandboxThread
from tests.sandbox_own.client import Client
from tests.sandbox_own.gateway_client import GatewayClient, company

REFUSED = paramiko.AuthenticationException
Start = Callable[..., SandboxThread]
Connect = Callable[..., Client]

ALICE: dict[str, Any] = {
    "login": "hkidr.aaa000",
    "participant": "CP00010",
    "kind": "EP",
    "identities": [("ce_number", "AAA000"), ("firm_id", "00000")],
}


@pytest.fixture(scope="session")
def block() -> int:
    """127.<block>.x.y belongs to this worker alone."""
    return 10 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@pytest.fixture(scope="session")
def key() -> paramiko.RSAKey:
    return paramiko.RSAKey.generate(2048)


@pytest.fixture(scope="session")
def other_key() -> paramiko.RSAKey:
    return paramiko.RSAKey.generate(2048)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory, block: int) -> Path:
    """A sandbox that is only ever copied: making host keys takes time."""
    state = tmp_path_factory.mktemp("founded")
    found(
        state,
        port=0,
        control_port=0,
        smtp_port=0,
        block=block,
        key_bits=2048,
        one_key=True,
    )
    found_gateway(state, port=0)
    return state


@pytest.fixture
def state(founded: Path, tmp_path: Path) -> Path:
    return shutil.copytree(founded, tmp_path / "sandbox")


def line(key: paramiko.RSAKey) -> str:
    """The public key as OpenSSH writes it."""
    return f"ssh-rsa {key.get_base64()}"


def to_noon(sandbox: SandboxThread) -> None:
    """Hong Kong's noon today, so that no test straddles a midnight."""
    now = sandbox.exchange.clock.now()
    noon = now.replace(hour=12, minute=0, second=0)
    sandbox.shift_clock(
        (noon - now + sandbox.exchange.clock.offset) / timedelta(seconds=1)
    )


@pytest.fixture
def start(state: Path, key: paramiko.RSAKey) -> Iterator[Start]:
    """Starts the sandbox with settings of one's choice; alice is registered."""
    running: list[SandboxThread] = []

    def begin(**settings: Any) -> SandboxThread:
        sandbox = SandboxThread(state, **settings)
        running.append(sandbox)
        sandbox.__enter__()
        to_noon(sandbox)
        sandbox.register(**ALICE, public_keys=[line(key)])
        return sandbox

    yield begin
    for sandbox in running:
        if sandbox.exchange.is_running:
            sandbox.__exit__(None, None, None)


@pytest.fixture
def sandbox(start: Start) -> SandboxThread:
    """Production rules."""
    return start()


@pytest.fixture
def connect(key: paramiko.RSAKey) -> Iterator[Connect]:
    """Logs in to a host of a sandbox, the first by default."""
    opened: list[Client] = []

    def login(sandbox: SandboxThread, host: int = 0, **options: Any) -> Client:
        hosts = sandbox.hosts_of(options.pop("platform", "ECP"))
        client = Client(hosts[host], options.pop("key", key), **options)
        opened.append(client)
        return client

    yield login
    for client in opened:
        client.transport.close()


@pytest.fixture
def client(sandbox: SandboxThread, connect: Connect) -> Client:
    """Alice, logged in to the first host."""
    return connect(sandbox)


def today(sandbox: SandboxThread) -> str:
    """YYYYMMDD at the exchange."""
    return f"{sandbox.exchange.clock.now().astimezone(HONG_KONG):%Y%m%d}"


def mapping(sandbox: SandboxThread, code: str = "AAA000") -> str:
    """The path of today's mapping file."""
    return f"/submission/HBCNMAPP/HBCNMAPP_{code}_{today(sandbox)}.zip"


@pytest.fixture
def gateway_client(sandbox: SandboxThread) -> Iterator[GatewayClient]:
    """A client that HKEX does not know."""
    client = GatewayClient(sandbox)
    yield client
    client.close()


@pytest.fixture
def registered(gateway_client: GatewayClient) -> GatewayClient:
    """A client whose company is registered at the gateway, without a token yet."""
    gateway_client.sandbox.register_company(**company())
    return gateway_client


@pytest.fixture
def fini(registered: GatewayClient) -> GatewayClient:
    """The same, signed in."""
    return registered.sign_in()
