"""What the tests of the exchange share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import sshd
from tests.portal.exchange import server


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """The folder behind the server's root."""
    folder = tmp_path / "box"
    folder.mkdir()
    return folder


@pytest.fixture
def exchange(box: Path) -> Iterator[server.Exchange]:
    """A server without a fault."""
    with server.running(box) as running:
        yield running


@pytest.fixture
def openssh() -> Iterator[sshd.Sshd]:
    """OpenSSH's own server."""
    if not sshd.installed():
        pytest.skip("sshd is not installed")
    with sshd.running() as running:
        yield running
