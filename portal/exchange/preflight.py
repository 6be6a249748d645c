"""What a server offers, learned without logging in: for confirming its host key."""

import time
from dataclasses import dataclass

from .algorithms import HKEX, Algorithms
from .dialling import dial
from .errors import NoSharedAlgorithm, printable
from .hosts import Host, Limits, host_key_line
from .translate import translated
from .transport import PinnedTransport

DEFAULT_LIMITS = Limits()
_MOST_NAMES = 100
_EXTENSIONS_WITHIN = 1.0


@dataclass(frozen=True, slots=True)
class Offer:
    """The server's algorithms; its names may be anything printable.

    `host_key` is its OpenSSH line, empty when nothing is shared (`missing` says what)
    and the keys could not be exchanged. `signatures` is what it takes for logins,
    empty if it does not say.
    """

    kex: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]
    host_keys: tuple[str, ...]
    signatures: tuple[str, ...]
    host_key: str
    missing: str


def offered(
    host: Host,
    *,
    source_address: str | None = None,
    algorithms: Algorithms = HKEX,
    limits: Limits = DEFAULT_LIMITS,
) -> Offer:
    """Connect, exchange keys as far as it goes, and leave. Raises NotReachable."""
    shown: list[bytes] = []
    missing = ""
    with translated(host, before_login=True):
        transport = dial(host, algorithms, limits, shown.append, source_address)
    try:
        with translated(host, before_login=True):
            transport.greet()
        _await_extensions(transport)
    except NoSharedAlgorithm as error:
        missing = error.sentence
    finally:
        transport.drop()
    line = host_key_line(shown[0]) if shown else ""
    return _offer(transport, line, missing)


def _await_extensions(transport: PinnedTransport) -> None:
    """The server says which signatures it takes right after the keys, if at all."""
    deadline = time.monotonic() + _EXTENSIONS_WITHIN
    while not transport.server_signatures and time.monotonic() < deadline:
        time.sleep(0.02)


def _offer(transport: PinnedTransport, host_key: str, missing: str) -> Offer:
    def names(field: str) -> tuple[str, ...]:
        return _names(transport.offer.get(field, []))

    return Offer(
        kex=names("kex_algo_list"),
        ciphers=names("client_encrypt_algo_list"),
        macs=names("client_mac_algo_list"),
        host_keys=names("server_key_algo_list"),
        signatures=_names(transport.server_signatures),
        host_key=host_key,
        missing=missing,
    )


def _names(found: list[str]) -> tuple[str, ...]:
    return tuple(printable(name, 64) for name in found[:_MOST_NAMES] if name)
