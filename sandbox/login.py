"""Who may come in: live keys, remote IPs, hours, limits, one session a login."""

import asyncio
from typing import TYPE_CHECKING, Any, cast

import asyncssh
from asyncssh.sftp import SFTPServerHandler
from asyncssh.stream import SSHServerStreamSession

from sandbox import attendance
from sandbox.accounts import Account
from sandbox.pubfiles import line_of
from sandbox.slots import fingerprint

if TYPE_CHECKING:
    from sandbox.exchange import Exchange, Host
    from sandbox.sftp import EcpSftpServer

# Guide C §2.1, the preset for ECP, whose guide names none; hmac-sha2-512-96 exists in
# no common library.
ALGORITHMS: dict[str, list[str]] = {
    "kex_algs": [
        "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp521",
        "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp256",
        "diffie-hellman-group-exchange-sha256",
    ],
    "encryption_algs": [
        "aes256-gcm@openssh.com",
        "aes128-gcm@openssh.com",
        "aes256-ctr",
        "aes192-ctr",
        "aes128-ctr",
    ],
    "mac_algs": ["hmac-sha2-256"],
    "compression_algs": ["none"],
}
# Of what Guide C §2.1 lists; Guide B §2.1 has ssh-rsa alone, which means SHA-1.
SIGNATURES = ("rsa-sha2-512", "rsa-sha2-256")
SHA1_SIGNATURES = ("ssh-rsa",)


def signature_options(
    key: asyncssh.SSHKey, algorithms: tuple[str, ...]
) -> dict[str, Any]:
    """Options of a listener that signs, and wants to be signed to, with these."""
    (pair,) = asyncssh.load_keypairs([key])
    pair.host_key_algorithms = [name.encode() for name in algorithms]
    return {"server_host_keys": [pair], "signature_algs": list(algorithms)}


class Gate(asyncssh.SSHServer):
    """One connection: refused, or a session of a login."""

    def __init__(self, exchange: "Exchange", host: "Host") -> None:
        self.exchange = exchange
        self.host = host
        self.account: Account | None = None
        self.login: str | None = None  # once authentication is over
        self.lost = asyncio.Event()
        self._address = ""
        self._key = ""
        self._tried: str | None = None  # a login that still needs a key

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Drop the connection when the site is down."""
        self.connection = conn
        self._address = conn.get_extra_info("peername")[0]
        if self.exchange.is_down(self.host, use_up=True):
            conn.abort()
        else:
            self.exchange.gates.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of whoever waits on this connection."""
        self.exchange.gates.discard(self)
        self.lost.set()
        if self._tried and not self.login and self.exchange.is_running:
            self._note(attendance.REFUSED, self._tried, "key")

    def begin_auth(self, username: str) -> bool:
        """Look the login up; who is refused here finds that no key fits."""
        found = self.exchange.accounts.find(username)
        why = self._refusal(found) if found else "login"
        self.account = None if why else found
        self._tried = username if self.account else None
        if why and found:
            self._note(attendance.REFUSED, username, why)
        return True

    def _refusal(self, account: Account) -> str:
        """Why the login is not let in, whatever its key; empty when it is."""
        exchange = self.exchange
        if account.platform != self.host.platform:
            return "platform"
        if self._address not in exchange.accounts.addresses(account):
            return "address"  # Guides A §5.2.3, B §7, C §4.3
        if exchange.locked_until(account) is not None:
            return "locked"
        if not exchange.is_open(account):
            return "hours"
        if exchange.faults.take("refuse_login", account.login, self.host.name):
            return "fault"
        return ""

    def public_key_auth_supported(self) -> bool:
        """The only way in (Guide A §4.2)."""
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Whether it is one of the account's own keys, and works today."""
        if self.account is None or self.account.login != username:
            return False
        # The library would take a SHA-1 signature, whatever it offered.
        taken = self.exchange.signatures_of(self.host)
        key.all_sig_algorithms = {name.encode() for name in taken}
        self._key = fingerprint(key)
        return self.account.slots(self.exchange.clock.today()).holds(line_of(key))

    def auth_completed(self) -> None:
        """A newer login closes the older session (Guide C §4.3, taken for ECP too)."""
        assert self.account is not None  # noqa: S101
        self.login = self.account.login
        self._note(attendance.LOGIN, self.login, self._key)
        if not self.exchange.keeps_hours(self.account):
            self._note(attendance.OUT_OF_HOURS, self.login)
        for other in list(self.exchange.gates):
            if other is not self and other.login == self.login:
                self._note(attendance.DISPLACED, self.login)
                other.connection.close()

    def session_requested(self) -> SSHServerStreamSession[bytes]:
        """SFTP and nothing else."""
        return SftpSession(self)

    def note_session(self) -> None:
        """An SFTP session has begun on this connection."""
        self._note(attendance.SESSION, self.login or "")

    def _note(self, kind: str, login: str, detail: str = "") -> None:
        at = self.exchange.clock.now().timestamp()
        self.exchange.attendance.note(kind, login, self.host.name, at, detail)


class SftpSession(SSHServerStreamSession[bytes]):
    """A channel that can only become an SFTP session."""

    def __init__(self, gate: Gate) -> None:
        super().__init__(None)
        self._gate = gate

    def subsystem_requested(self, subsystem: str) -> bool:
        """`sftp` alone."""
        return subsystem == "sftp"

    def session_started(self) -> None:
        """Run our SFTP server, which tells a CLOSE from a lost connection."""
        self._gate.note_session()
        channel = self._chan
        assert channel is not None  # noqa: S101
        assert self._conn is not None  # noqa: S101
        reader: asyncssh.SSHReader[bytes] = asyncssh.SSHReader(self, channel)
        writer: asyncssh.SSHWriter[bytes] = asyncssh.SSHWriter(self, channel)
        server = self._gate.exchange.sftp_class(
            cast("asyncssh.SSHServerChannel[bytes]", channel), self._gate
        )
        self._conn.create_task(_Requests(server, reader, writer, 3).run())


class _Requests(SFTPServerHandler):
    """asyncssh's request loop, without the extensions that ECP has not."""

    _extensions: list[tuple[bytes, bytes]] = []
    _server: "EcpSftpServer"

    def __init__(self, server: "EcpSftpServer", *rest: Any) -> None:
        super().__init__(server, *rest)

    async def _cleanup(self, exc: Exception | None) -> None:
        # What is still open now was never closed by the client.
        self._server.hung_up = True
        await super()._cleanup(exc)
