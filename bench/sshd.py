"""A real OpenSSH server on loopback, with its own keys and configuration."""

import getpass
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from portal.exchange.algorithms import HKEX

SSHD = Path("/usr/sbin/sshd")
SFTP = Path("/usr/bin/sftp")

OUR_CIPHER = HKEX.ciphers[0]  # OpenSSH's own `sftp` takes aes128-ctr of these
_CONFIG = """
Port {port}
ListenAddress 127.0.0.1
HostKey {home}/host_key
PidFile none
AuthorizedKeysFile {home}/client_key.pub
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
KexAlgorithms {kex}
Ciphers {ciphers}
MACs {macs}
HostKeyAlgorithms {host_keys}
PubkeyAcceptedAlgorithms {signatures}
Subsystem sftp internal-sftp
"""


@dataclass(frozen=True, slots=True)
class Sshd:
    """A running server: `home` holds its keys and `host_key` is its OpenSSH line."""

    port: int
    home: Path
    host_key: str
    login_id: str

    @property
    def client_key(self) -> Path:
        """The private key that it lets in."""
        return self.home / "client_key"


def installed() -> bool:
    """Whether there is an OpenSSH server here to start."""
    return SSHD.exists()


@contextmanager
def running() -> Iterator[Sshd]:
    """Start one on a free port; stop it, and forget its keys, at the end."""
    with tempfile.TemporaryDirectory(prefix="sshd-") as folder:
        home = Path(folder)
        for name in ("host_key", "client_key"):
            _make_key(home / name)
        port = _free_port()
        config = _CONFIG.format(port=port, home=home, **_offered())
        (home / "sshd_config").write_text(config)
        Path("/run/sshd").mkdir(exist_ok=True)
        command = [str(SSHD), "-D", "-e", "-f", str(home / "sshd_config")]
        with (home / "log").open("wb") as log:
            server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log)
            try:
                _wait_for(port, server, home / "log")
                line = (home / "host_key.pub").read_text().strip()
                yield Sshd(port, home, line, getpass.getuser())
            finally:
                server.terminate()
                server.wait(10)


def _offered() -> dict[str, str]:
    return {name: ",".join(names) for name, names in asdict(HKEX).items()}


def _make_key(path: Path) -> None:
    command = ["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f"]
    subprocess.run([*command, str(path)], check=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(100):
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"sshd did not start: {log.read_text()}")
