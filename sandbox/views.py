"""What control API and console show of the exchange: no key, no password."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox import attendance
from sandbox.hktime import HONG_KONG

if TYPE_CHECKING:
    from sandbox.accounts import Account
    from sandbox.exchange import Exchange, Host


def state(exchange: "Exchange") -> dict[str, Any]:
    """What the console shows and GET /control/state answers."""
    today = exchange.clock.today()
    return {
        "environment": exchange.settings.environment,
        "now": exchange.clock.now().isoformat(),
        "offset_seconds": exchange.clock.offset.total_seconds(),
        "hosts": [_host(host) for host in exchange.hosts],
        "accounts": [one.public_view(today) for one in exchange.accounts.all()],
        "sessions": sorted(gate.login for gate in exchange.gates if gate.login),
        "faults": exchange.faults.view(),
    }


def account(exchange: "Exchange", login: str) -> dict[str, Any]:
    """One login with its slots and everything that was counted.

    `refused` is by reason: key, address, platform, locked, hours, fault. `displaced`
    are sessions that a newer login of the same account closed.
    """
    found = exchange.accounts.get(login)
    counts = exchange.attendance.counts
    uploads = counts(attendance.KEY_UPLOAD, login)
    return found.public_view(exchange.clock.today()) | {
        "addresses": sorted(exchange.accounts.addresses(found)),
        "open_sessions": sum(gate.login == login for gate in exchange.gates),
        "logins": sum(counts(attendance.LOGIN, login).values()),
        "logins_by_key": counts(attendance.LOGIN, login),
        "login_times": [
            _time(one["at"]) for one in exchange.attendance.latest("login", login)
        ],
        "refused": counts(attendance.REFUSED, login),
        "displaced": sum(counts(attendance.DISPLACED, login).values()),
        "downloads": counts(attendance.DOWNLOAD, login),
        **_uploads(exchange, found, uploads),
        "locked_until": _time(exchange.locked_until(found)),
    }


def _uploads(
    exchange: "Exchange", found: "Account", counted: dict[str, int]
) -> dict[str, Any]:
    latest = exchange.attendance.latest(attendance.KEY_UPLOAD, found.login)
    blocked = exchange.attendance.counts(attendance.KEY_BLOCKED, found.login)
    return {
        "key_uploads": [
            one | {"at": _time(one["at"]), "outcome": one["detail"]} for one in latest
        ],
        "key_uploads_accepted": counted.get("accepted", 0),
        "key_uploads_rejected": counted.get("rejected", 0),
        "key_uploads_blocked": sum(blocked.values()),
        "uploads_blocked_until": _time(exchange.keydesk.blocked_until(found)),
    }


def _time(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, HONG_KONG).isoformat()


def _host(host: "Host") -> dict[str, Any]:
    return {
        "platform": host.platform,
        "name": host.name,
        "site": host.site,
        "address": host.address,
        "port": host.port,
        "listening": host.listener is not None,
    }
