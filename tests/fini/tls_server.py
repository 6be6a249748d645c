"""A real TLS server for the client's tests. A fault is a small subclass of it."""

import datetime as dt
import ipaddress
import json
import socket
import ssl
import threading
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

TOKEN_PATH = "/openam/oauth2/eu/access_token"
META_PATH = "/api/crypto/meta"
OURS = "Test authority"


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def token(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b'{"code":"0","message":"","data":[]}'
    headers: dict[str, str] = field(default_factory=dict)

    def raw(self) -> bytes:
        headers = {"Content-Length": str(len(self.body)), **self.headers}
        first = f"HTTP/1.1 {self.status} X"
        lines = [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([first, *lines, "", ""]).encode() + self.body


def written(status: int = 200, **fields: Any) -> Reply:
    """JSON, in the envelope unless `fields` say otherwise."""
    return Reply(status, json.dumps({"code": "0", "message": "", **fields}).encode())


class Server:
    """Listens on 127.0.0.1; answers everything with an empty success.

    `requests` are those that came in whole, `connections` those that got through TLS.
    """

    names = ("127.0.0.1",)

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.connections = 0
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate(self.names))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.url = f"https://127.0.0.1:{self.port}"
        self._open: list[socket.socket] = []
        self._ended = threading.Event()

    def reply(self, request: Request) -> Reply:
        return Reply()

    def answer(self, line: ssl.SSLSocket, request: Request) -> bool:
        """Whether the connection stays."""
        line.sendall(self.reply(request).raw())
        return True

    def serve(self, line: ssl.SSLSocket) -> None:
        while (request := read_request(line)) is not None:
            self.requests.append(request)
            if not self.answer(line, request):
                return

    def accept(self, plain: socket.socket) -> None:
        with self._context.wrap_socket(plain, server_side=True) as line:
            self._open.append(line)
            self.connections += 1
            self.serve(line)

    def called(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    def pause(self, seconds: float) -> None:
        """Until the test ends, at most."""
        self._ended.wait(seconds)

    def __enter__(self) -> Self:
        self._threads = [threading.Thread(target=self._run, daemon=True)]
        self._threads[0].start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for line in self._open:
            broken(line)
        for thread in self._threads:
            thread.join(10)

    def _run(self) -> None:
        while True:
            try:
                plain, _ = self._listening.accept()
            except OSError:
                return  # the test has ended
            self._open.append(plain)
            thread = threading.Thread(target=self._one, args=[plain], daemon=True)
            self._threads.append(thread)
            thread.start()

    def _one(self, plain: socket.socket) -> None:
        with plain:
            try:
                self.accept(plain)
            except OSError:
                return  # the client went away, or did not trust us


def broken(line: socket.socket) -> None:
    """Both ways at once, in whatever state."""
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        line.close()


def read_head(line: ssl.SSLSocket) -> tuple[bytes, bytes]:
    """The head, and what of the body came with it; empty where the client went."""
    raw = b""
    while b"\r\n\r\n" not in raw:
        part = line.recv(65_536)
        if not part:
            return b"", b""
        raw += part
    head, _, rest = raw.partition(b"\r\n\r\n")
    return head, rest


def read_request(line: ssl.SSLSocket) -> Request | None:
    head, body = read_head(line)
    if not head:
        return None
    first, *lines = head.decode().split("\r\n")
    method, target, _ = first.split(" ")
    pairs = (text.split(": ", 1) for text in lines)
    headers = {name.lower(): value for name, value in pairs}
    while len(body) < int(headers.get("content-length", "0")):
        body += line.recv(65_536)
    return Request(method, target, headers, body)


@cache
def folder() -> Path:
    import tempfile

    return Path(tempfile.mkdtemp(prefix="fini-tls-"))


@cache
def authority(name: str) -> tuple[Path, x509.Name, Any]:
    """An authority's certificate as a file, its name and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    built = _builder(subject, subject, key).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    path = folder() / f"{name}.pem"
    path.write_bytes(_pem(built.sign(key, hashes.SHA256())))
    return path, subject, key


def ca_file(name: str = OURS) -> Path:
    return authority(name)[0]


@cache
def certificate(names: tuple[str, ...]) -> Path:
    """Key and certificate of a server at these addresses."""
    _, issuer, signer = authority(OURS)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gateway")])
    addresses = [x509.IPAddress(ipaddress.ip_address(name)) for name in names]
    built = _builder(subject, issuer, key).add_extension(
        x509.SubjectAlternativeName(addresses), critical=False
    )
    path = folder() / f"{'-'.join(names)}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + _pem(built.sign(signer, hashes.SHA256())))
    return path


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
    )


def _pem(found: x509.Certificate) -> bytes:
    return found.public_bytes(serialization.Encoding.PEM)
