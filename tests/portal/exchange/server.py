"""A small SFTP server on a real socket; a fault is a small subclass of `Box`."""

import asyncio
import functools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh
import paramiko

from portal.exchange.packets import Kind
from portal.exchange.session import Host, Login


@functools.cache
def host_key() -> asyncssh.SSHKey:
    return asyncssh.generate_private_key("ssh-rsa", key_size=2048)


@functools.cache
def client_key() -> paramiko.RSAKey:
    return paramiko.RSAKey.generate(2048)


def login() -> Login:
    return Login("DCABC001", client_key())


@dataclass
class Exchange:
    """A running server, and all that it saw."""

    root: Path
    port: int = 0
    requests: list[str] = field(default_factory=list)
    login_attempts: list[str] = field(default_factory=list)

    @property
    def host(self) -> Host:
        line = host_key().export_public_key("openssh").decode().strip()
        return Host("127.0.0.1", self.port, line)

    def seen(self) -> set[str]:
        return set(self.requests)

    def wait_for_either(self, *requests: str) -> str:
        """The first of these requests that is seen within five seconds."""
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            for request in [*self.requests]:
                if request in requests:
                    return request
            time.sleep(0.01)
        return "neither"


class Box(asyncssh.SFTPServer):
    """An SFTP server that notes every request and keeps its files in one folder."""

    def __init__(self, chan: Any, exchange: Exchange) -> None:
        super().__init__(chan, chroot=str(exchange.root).encode())
        self.exchange = exchange
        self.line = chan.get_connection()

    def cut(self) -> None:
        """End the connection without another word."""
        self.connection.abort()


def _noted(name: str) -> Any:
    original = getattr(asyncssh.SFTPServer, name)

    @functools.wraps(original)
    def method(self: Box, *arguments: Any) -> Any:
        self.exchange.requests.append(name)
        return original(self, *arguments)

    return method


_NOTED = (
    "open",
    "close",
    "read",
    "write",
    "stat",
    "lstat",
    "fstat",
    "setstat",
    "lsetstat",
    "fsetstat",
    "remove",
    "rename",
    "posix_rename",
    "mkdir",
    "rmdir",
    "symlink",
    "link",
    "readlink",
    "realpath",
    "scandir",
    "statvfs",
    "fstatvfs",
    "fsync",
    "lock",
    "unlock",
)
for _name in _NOTED:
    setattr(Box, _name, _noted(_name))


class OpenDoor(asyncssh.SSHServer):
    """Lets every key in, and notes who tried."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.connection = conn

    def begin_auth(self, username: str) -> bool:
        self._exchange.login_attempts.append(username)
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return True


class ClosedDoor(OpenDoor):
    """Lets nobody in."""

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return False


class RawSftp(asyncssh.SSHServerSession[bytes]):
    """SFTP by hand, for answers that no server of a library gives."""

    def connection_made(self, chan: Any) -> None:
        self.chan, self._came = chan, b""

    def subsystem_requested(self, subsystem: str) -> bool:
        return True

    def data_received(self, data: bytes, datatype: Any) -> None:
        self._came += data
        while len(self._came) >= 4:
            end = 4 + int.from_bytes(self._came[:4], "big")
            if len(self._came) < end:
                return
            packet, self._came = self._came[4:end], self._came[end:]
            if packet[0] == Kind.INIT:
                self.say(Kind.VERSION, packet[1:5])
            else:
                self.asked(packet[0], packet[1:5], packet[5:])

    def asked(self, kind: int, number: bytes, rest: bytes) -> None:
        raise NotImplementedError

    def say(self, kind: int, number: bytes, rest: bytes = b"") -> None:
        packet = bytes([kind]) + number + rest
        self.chan.write(len(packet).to_bytes(4, "big") + packet)


def raw(session: type[RawSftp]) -> dict[str, Any]:
    """Options of `running`: each session is one of these."""

    class Door(OpenDoor):
        def session_requested(self) -> Any:
            return session()

    return {"door": Door, "sftp_factory": None, "encoding": None}


@contextmanager
def running(
    root: Path,
    box: type[Box] = Box,
    door: type[OpenDoor] = OpenDoor,
    **options: Any,
) -> Iterator[Exchange]:
    """A server on a free port, in a thread of its own, that ends with the test."""
    exchange = Exchange(root)
    options.setdefault("sftp_factory", functools.partial(box, exchange=exchange))
    options.setdefault("server_host_keys", [host_key()])
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def start() -> asyncssh.SSHAcceptor:
        return await asyncssh.create_server(
            lambda: door(exchange),
            "127.0.0.1",
            0,
            **options,
        )

    acceptor = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    exchange.port = acceptor.get_port()
    try:
        yield exchange
    finally:
        asyncio.run_coroutine_threadsafe(_stop(acceptor), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _stop(acceptor: asyncssh.SSHAcceptor) -> None:
    acceptor.close()
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    if rest:
        # A server that was cut closes its files by itself, if it is let.
        await asyncio.wait(rest, timeout=0.3)
    for task in rest:
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*rest, return_exceptions=True)
