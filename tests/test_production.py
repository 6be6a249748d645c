"""The servers of production, live: Redis with a password over TLS or on a socket."""

import datetime as dt
import ipaddress
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from kombu import Connection
from kombu.exceptions import OperationalError

from portal.bundled import broker_url

PASSWORD = "p@ss/word"
QUOTED = "p%40ss%2Fword"


def write_certificate(folder: Path) -> None:
    """A certificate of 127.0.0.1 that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "redis")])
    day = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(day - dt.timedelta(days=1))
        .not_valid_after(day + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            pem,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """Debian's redis-server: TLS on a port, and a socket; a password for both."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is absent: `apt-get install redis-server` adds it")
    folder = tmp_path_factory.mktemp("redis")
    write_certificate(folder)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    options = {
        "port": 0,
        "tls-port": port,
        "bind": "127.0.0.1",
        "tls-cert-file": folder / "cert.pem",
        "tls-key-file": folder / "key.pem",
        "tls-auth-clients": "no",
        "unixsocket": folder / "r.sock",
        "requirepass": PASSWORD,
        "save": "",
        "dir": folder,
        "logfile": folder / "log",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    child = subprocess.Popen([program, *map(str, words)])
    deadline = time.monotonic() + 10
    while not (folder / "r.sock").exists():
        assert time.monotonic() < deadline, (folder / "log").read_text()
        time.sleep(0.05)
    yield folder, port
    child.terminate()
    child.wait(10)


def reaches(url: str) -> None:
    """Both redis-py and Celery's transport set a key there and find a queue."""
    client = redis.Redis.from_url(url)
    assert client.ping()
    with Connection(broker_url(url)) as broker:
        queue = broker.SimpleQueue("wake")
        queue.put("once")
        assert queue.get(timeout=5).payload == "once"
        queue.close()
    client.close()


def test_redis_over_tls_with_a_password(server: tuple[Path, int]) -> None:
    folder, port = server
    authority = folder / "cert.pem"
    reaches(f"rediss://:{QUOTED}@127.0.0.1:{port}/1?ssl_ca_certs={authority}")


def test_redis_on_a_socket_with_a_password(server: tuple[Path, int]) -> None:
    folder, _ = server
    reaches(f"unix://{folder}/r.sock?db=2&password={QUOTED}")


def test_celery_refuses_a_certificate_it_does_not_know(
    server: tuple[Path, int],
) -> None:
    _, port = server
    url = broker_url(f"rediss://:{QUOTED}@127.0.0.1:{port}/1")
    with pytest.raises(OperationalError, match="certificate verify failed"):
        Connection(url).SimpleQueue("wake")
