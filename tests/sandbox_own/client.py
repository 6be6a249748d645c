"""A client that sees the status of every OPEN, WRITE and CLOSE."""

import contextlib
import socket
from types import TracebackType
from typing import Any, Self

import paramiko
from paramiko.sftp import CMD_CLOSE, CMD_HANDLE, CMD_OPEN, CMD_WRITE, int64

FXF_READ, FXF_WRITE, FXF_APPEND, FXF_CREAT, FXF_TRUNC = 1, 2, 4, 8, 16
FRESH = FXF_WRITE | FXF_CREAT | FXF_TRUNC
BROKEN = (EOFError, OSError, paramiko.SSHException)


class Client:
    """One SFTP session; refusals raise PermissionError, FileNotFoundError, OSError."""

    def __init__(
        self,
        host: dict[str, Any],
        key: paramiko.RSAKey,
        login: str = "hkidr.aaa000",
        source: str = "127.0.0.1",
        **options: Any,
    ) -> None:
        plug = socket.create_connection(
            (host["address"], host["port"]), timeout=5, source_address=(source, 0)
        )
        plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.transport = paramiko.Transport(plug, **options)
        self.transport.daemon = True
        try:
            self.transport.start_client(timeout=5)
            self.transport.auth_publickey(login, key)
            sftp = paramiko.SFTPClient.from_transport(self.transport)
        except BaseException:
            self.transport.close()
            raise
        assert sftp is not None
        self.sftp = sftp
        self._request: Any = getattr(sftp, "_request")  # noqa: B009 (untyped)
        channel = sftp.get_channel()
        assert channel is not None
        channel.settimeout(5)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.transport.close()

    def begin(self, path: str, flags: int = FRESH) -> bytes:
        """OPEN; the handle."""
        attributes = paramiko.SFTPAttributes()
        kind, message = self._request(CMD_OPEN, path.encode(), flags, attributes)
        assert kind == CMD_HANDLE
        return bytes(message.get_binary())

    def write(self, opened: bytes, offset: int, piece: bytes) -> None:
        """WRITE, answered."""
        self._request(CMD_WRITE, opened, int64(offset), piece)

    def end(self, opened: bytes) -> None:
        """CLOSE, answered."""
        self._request(CMD_CLOSE, opened)

    def upload(self, path: str, content: bytes, piece: int = 32_768) -> None:
        """OPEN, WRITEs and CLOSE, each one's answer awaited."""
        opened = self.begin(path)
        for offset in range(0, len(content), piece):
            self.write(opened, offset, content[offset : offset + piece])
        self.end(opened)

    def read(self, path: str) -> str:
        """A small text file's content."""
        with self.sftp.open(path) as source:
            return source.read().decode()


def drained(client: Client) -> bool:
    """Whether the server has dropped the connection."""
    with contextlib.suppress(*BROKEN):
        client.sftp.listdir("/")
        return False
    return True
