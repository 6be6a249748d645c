"""Fingerprints, with `ssh-keygen` as the independent peer."""

import base64
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from portal.exchange.fingerprints import md5_fingerprint, sha256_fingerprint
from portal.exchange.hosts import host_key_line
from tests.portal.exchange import server


def by_ssh_keygen(folder: Path, kind: str) -> str:
    """What ssh-keygen prints for the client key of the tests."""
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not installed")
    path = folder / "key.pub"
    path.write_text(host_key_line(server.client_key().asbytes()))
    command = ["ssh-keygen", "-l", "-E", kind, "-f", str(path)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.ledger("ECP-42/P")
def test_the_md5_fingerprint_is_sixteen_octets_as_ssh_keygen_has_them(
    tmp_path: Path,
) -> None:
    fingerprint = md5_fingerprint(server.client_key().asbytes())
    assert re.fullmatch(r"([0-9a-f]{2}:){15}[0-9a-f]{2}", fingerprint)
    assert f"MD5:{fingerprint} " in by_ssh_keygen(tmp_path, "md5")


def test_the_sha256_fingerprint_is_as_ssh_keygen_has_it(tmp_path: Path) -> None:
    fingerprint = sha256_fingerprint(server.client_key().asbytes())
    assert f"{fingerprint} " in by_ssh_keygen(tmp_path, "sha256")


def test_a_host_key_line_holds_the_kind_and_the_blob() -> None:
    blob = server.client_key().asbytes()
    assert host_key_line(blob) == f"ssh-rsa {base64.b64encode(blob).decode()}"
