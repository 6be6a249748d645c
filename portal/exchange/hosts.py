"""Where we connect, as whom, and how long we wait."""

import base64
import binascii
from dataclasses import dataclass, field

import paramiko


@dataclass(frozen=True, slots=True)
class Host:
    """One SFTP server. `host_key` is its confirmed OpenSSH line, empty if unconfirmed.

    A line that is not readable counts as a key that no server has.
    """

    address: str
    port: int
    host_key: str = ""

    def __str__(self) -> str:
        return f"{self.address}:{self.port}"

    @property
    def pinned(self) -> bytes | None:
        """The blob that the server must show; None while nobody has confirmed one."""
        if not self.host_key.strip():
            return None
        words = self.host_key.split()
        try:
            return base64.b64decode(words[1], validate=True)
        except (IndexError, binascii.Error):
            return b""


@dataclass(frozen=True, slots=True)
class Login:
    """A login ID and the private key that proves it; the key is never printed."""

    login_id: str
    private_key: paramiko.PKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long (seconds) and how much we bear; the defaults are the architecture's."""

    connect_seconds: float = 5
    call_seconds: float = 10
    stall_seconds: float = 60
    whole_seconds: float = 60  # a whole listing, or a whole result file
    open_within_seconds: float = 2
    max_entries: int = 50_000
    max_name_length: int = 255
    writes_in_flight: int = 64
    # A whole WRITE fits into one SSH packet of 32 KiB: half as many packets.
    write_bytes: int = 32_000
    max_write_bytes: int = 255 * 1024
    read_bytes: int = 32 * 1024  # what every server must take
    max_read_bytes: int = 255 * 1024
    fetch_window_bytes: int = 8 * 1024 * 1024  # asked for and not yet written down
    files_in_flight: int = 32  # servers limit how many files one session opens
    rekey_bytes: int = 2**29


def host_key_line(blob: bytes) -> str:
    """The OpenSSH line of a public key blob, without a comment."""
    length = int.from_bytes(blob[:4], "big")
    kind = blob[4 : 4 + length].decode("ascii", "replace")
    return f"{kind} {base64.b64encode(blob).decode()}"
