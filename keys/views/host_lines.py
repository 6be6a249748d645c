"""The state of a host's key in one word, for the facility's table and its own page."""

from dataclasses import dataclass

from keys.models import Host
from keys.selectors.facilities import HostRow
from portal.exchange import hosts as exchange
from portal.exchange.fingerprints import sha256_fingerprint


@dataclass(frozen=True)
class HostLine:
    row: HostRow
    status: str  # data-s
    word: str
    pinned: str  # SHA256:…, or empty
    shown: str  # what the last pre-flight has seen

    @property
    def host(self) -> Host:
        return self.row.host

    @property
    def is_changed(self) -> bool:
        """The host shows a readable key, and it is not the confirmed one."""
        return bool(self.pinned and self.shown and self.pinned != self.shown)


def host_line(row: HostRow) -> HostLine:
    pinned = fingerprint(row.host.host_key)
    shown = fingerprint(row.pre_flight.host_key) if row.pre_flight else ""
    status, word = _state(row, pinned, shown)
    return HostLine(row, status, word, pinned, shown)


def fingerprint(line: str) -> str:
    """Of an OpenSSH line; empty for an empty line."""
    blob = exchange.Host("", 0, line).pinned
    return sha256_fingerprint(blob) if blob else ""


def _state(row: HostRow, pinned: str, shown: str) -> tuple[str, str]:
    if row.waiting:
        return "idle", "Awaiting approval"
    if pinned and shown and pinned != shown:
        return "bad", "Changed"
    if row.is_confirmed:
        return "ok", "Confirmed"
    return "warn", "Not confirmed"
