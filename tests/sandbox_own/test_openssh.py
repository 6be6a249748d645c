"""OpenSSH's own sftp against the sandbox: an eye that shares no code with ours."""

import hashlib
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from paramiko import RSAKey

from sandbox.inthread import SandboxThread
from tests.sandbox_own.builders import a_zip, eventually
from tests.sandbox_own.client import Client
from tests.sandbox_own.conftest import Connect, Start, line, mapping
from tests.sandbox_own.keykit import ECP_KEYS, RRS_ACCOUNT

FOLDER = "/submission/HBCNMAPP"
SFTP = shutil.which("sftp") or "/usr/bin/sftp"


class OpenSsh:
    """Batches of commands, in a folder of one's own."""

    def __init__(self, folder: Path, key: RSAKey) -> None:
        self.folder = folder
        key.write_private_key_file(str(folder / "id"))

    def keygen(self, *arguments: str) -> str:
        """What ssh-keygen prints."""
        return subprocess.run(
            ["ssh-keygen", *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        ).stdout

    def run(
        self,
        sandbox: SandboxThread,
        *commands: str,
        host: dict[str, Any] | None = None,
        login: str = "hkidr.aaa000",
        identity: str = "id",
        options: Iterable[str] = (),
    ) -> subprocess.CompletedProcess[str]:
        host = host or sandbox.hosts[0]
        known = self.folder / "known_hosts"
        known.write_text(f"[{host['address']}]:{host['port']} {host['host_key']}\n")
        given = [f"UserKnownHostsFile={known}", "IdentitiesOnly=yes", *options]
        flags = [flag for option in given for flag in ("-o", option)]
        flags += ["-F", "none", "-P", str(host["port"]), "-i", identity]
        return subprocess.run(
            [SFTP, *flags, "-b", "-", f"{login}@{host['address']}"],
            input="\n".join(commands) + "\n",
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )


@pytest.fixture
def openssh(tmp_path: Path, key: RSAKey) -> OpenSsh:
    return OpenSsh(tmp_path, key)


@pytest.mark.ledger("ECP-14/S")
def test_a_put_is_not_listed_and_is_recorded(start: Start, openssh: OpenSsh) -> None:
    sandbox = start(answer_seconds=60)
    (openssh.folder / "file.zip").write_bytes(a_zip())
    ran = openssh.run(sandbox, f"put file.zip {mapping(sandbox)}", f"ls -1 {FOLDER}")
    assert ran.returncode == 0, ran.stderr
    assert [row for row in ran.stdout.splitlines() if not row.startswith("sftp>")] == []
    assert len(sandbox.receptions()) == 1


@pytest.mark.ledger("ECP-14/S")
def test_the_acknowledgment_is_fetched(
    sandbox: SandboxThread, openssh: OpenSsh
) -> None:
    content = a_zip()
    (openssh.folder / "file.zip").write_bytes(content)
    openssh.run(sandbox, f"put file.zip {mapping(sandbox)}")
    eventually(lambda: sandbox.receptions()[0]["outcome"] == "accepted")
    ran = openssh.run(sandbox, f"get {FOLDER}/*.rcvd .")
    assert ran.returncode == 0, ran.stderr
    (fetched,) = openssh.folder.glob("*.rcvd")
    assert fetched.read_text().strip() == hashlib.sha256(content).hexdigest().upper()


@pytest.mark.ledger("ECP-17/S")
@pytest.mark.parametrize(
    "command",
    [
        "rename {result} /submission/HBCNMAPP/other",
        "rm {result}",
        "mkdir /submission/new",
        "rmdir /submission/HBCNMAPP",
        "rename /submission/HBCNMAPP /submission/other",
        "chmod 600 {result}",
        "ln -s {result} /submission/HBCNMAPP/link",
        "ln {result} /submission/HBCNMAPP/link",
        "reput {local} {result}",
    ],
)
def test_other_operations_are_refused(
    sandbox: SandboxThread, connect: Connect, openssh: OpenSsh, command: str
) -> None:
    client: Client = connect(sandbox)
    client.upload(mapping(sandbox), a_zip())
    (name,) = eventually(lambda: client.sftp.listdir(FOLDER))
    (openssh.folder / "longer").write_bytes(bytes(100))
    ran = openssh.run(
        sandbox, command.format(result=f"{FOLDER}/{name}", local="longer")
    )
    assert ran.returncode != 0
    assert connect(sandbox).sftp.listdir(FOLDER) == [name]


@pytest.mark.ledger("ECP-41/S", "ECP-42/S", "ECP-49/S")
def test_a_key_that_ssh_keygen_wrote_is_taken_and_shown_by_its_fingerprint(
    sandbox: SandboxThread, openssh: OpenSsh
) -> None:
    openssh.keygen("-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", "new")
    public = openssh.keygen("-e", "-m", "RFC4716", "-f", "new.pub")
    (openssh.folder / "ssh2.pub").write_text(public)
    shown = openssh.keygen("-l", "-E", "md5", "-f", "new.pub")
    ran = openssh.run(sandbox, f"put ssh2.pub {ECP_KEYS}/new.pub")
    assert ran.returncode == 0, ran.stderr
    eventually(lambda: openssh.run(sandbox, f"get {ECP_KEYS}/*.rcvd .").returncode == 0)
    (fetched,) = openssh.folder.glob("*.rcvd")
    assert f"MD5:{fetched.read_text().strip()} " in shown
    with_new = openssh.run(sandbox, "ls", identity="new")
    assert with_new.returncode == 0, with_new.stderr


@pytest.mark.ledger("RRS-14/S")
def test_openssh_logs_in_to_an_old_rrs_only_when_told_to_use_sha1(
    sandbox: SandboxThread, openssh: OpenSsh, key: RSAKey
) -> None:
    sandbox.register(**RRS_ACCOUNT, public_keys=[line(key)])
    sandbox.faults(sha1_only=True)
    host = sandbox.hosts_of("RRS")[0]
    old = ["HostKeyAlgorithms=ssh-rsa", "PubkeyAcceptedAlgorithms=ssh-rsa"]
    assert openssh.run(sandbox, "ls", host=host, login="CXYZ001").returncode != 0
    ran = openssh.run(sandbox, "ls -1", host=host, login="CXYZ001", options=old)
    assert ran.returncode == 0, ran.stderr
    assert "KEY_MANAGEMENT" in ran.stdout


@pytest.mark.ledger("ECP-16/S")
def test_a_long_name_is_refused_at_once(
    sandbox: SandboxThread, openssh: OpenSsh
) -> None:
    (openssh.folder / "file.zip").write_bytes(a_zip())
    ran = openssh.run(sandbox, f"put file.zip {FOLDER}/{'x' * 125}.zip")
    assert ran.returncode != 0
    assert sandbox.receptions() == []
