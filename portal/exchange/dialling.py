"""Connecting to a host, and refusing one whose key nobody has confirmed."""

import socket
from collections.abc import Callable

from .algorithms import Algorithms
from .errors import HostKeyChanged, HostKeyUnknown
from .fingerprints import sha256_fingerprint
from .hosts import Host, Limits, host_key_line
from .transport import PinnedTransport


def dial(
    host: Host,
    algorithms: Algorithms,
    limits: Limits,
    check_host_key: Callable[[bytes], None],
    source_address: str | None = None,
) -> PinnedTransport:
    """A connected transport that has not said anything yet. Raises OSError."""
    line = socket.create_connection(
        (host.address, host.port),
        timeout=limits.connect_seconds,
        source_address=(source_address, 0) if source_address else None,
    )
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return PinnedTransport(line, algorithms, limits, check_host_key)


def only_confirmed(host: Host) -> Callable[[bytes], None]:
    """A check that raises HostKeyUnknown or HostKeyChanged for another key's blob."""

    def check(blob: bytes) -> None:
        shown = sha256_fingerprint(blob)
        if host.pinned is None:
            raise HostKeyUnknown(
                f"The host key of {host} is not confirmed; it shows {shown}.",
                host_key_line(blob),
            )
        if blob != host.pinned:
            raise HostKeyChanged(
                f"{host} shows another host key than the confirmed one: {shown}.",
                host_key_line(blob),
            )

    return check
