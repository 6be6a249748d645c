"""What was counted, by account and participant: GET /control/counters."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sandbox import attendance, limits

if TYPE_CHECKING:
    from sandbox.exchange import Exchange

_READS = {
    attendance.DOWNLOAD: "opens",
    attendance.WHOLE: "whole",
    attendance.PARTIAL: "partial",
}
_NONE = dict.fromkeys(_READS.values(), 0)


def view(exchange: "Exchange") -> dict[str, Any]:
    """Every account that there is, and what each participant's have fetched."""
    accounts = {one.login: one for one in exchange.accounts.all()}
    shown = {login: account(exchange, login) for login in accounts}
    together: dict[str, list[dict[str, Any]]] = {}
    for login, one in accounts.items():
        fetched = together.setdefault(one.participant, [])
        fetched += [
            entry | {"platform": one.platform} for entry in shown[login]["downloads"]
        ]
    return {
        "now": exchange.clock.now().isoformat(),
        "accounts": {
            login: {"platform": one.platform, "participant": one.participant}
            | shown[login]
            for login, one in accounts.items()
        },
        "participants": {
            code: {"downloads": _summed(fetched)} for code, fetched in together.items()
        },
    }


def account(exchange: "Exchange", login: str) -> dict[str, Any]:
    """One login's: `displaced` are sessions that a newer login of it closed.

    `downloads` has one entry for each version of a file: how often it was opened, read
    whole and read in part.
    """
    counts = exchange.attendance.counts
    times = exchange.attendance.times(attendance.LOGIN, login)
    return {
        "logins": len(times),
        "most_logins_in_five_minutes": _most_within(times, limits.LOGIN_WINDOW),
        "out_of_hours_logins": len(
            exchange.attendance.times(attendance.OUT_OF_HOURS, login)
        ),
        "refused_logins": counts(attendance.REFUSED, login),
        "sessions": len(exchange.attendance.times(attendance.SESSION, login)),
        "open_sessions": sum(gate.login == login for gate in exchange.gates),
        "displaced": len(exchange.attendance.times(attendance.DISPLACED, login)),
        "listings": counts(attendance.LISTING, login),
        "out_of_hours_opens": counts(attendance.EARLY_OR_LATE, login),
        "downloads": _downloads(exchange, login),
    }


def _downloads(exchange: "Exchange", login: str) -> list[dict[str, Any]]:
    return _summed(
        [
            {"path": path, **rest, **_NONE, _READS[kind]: number}
            for kind, path, rest, number in exchange.attendance.versions(
                tuple(_READS), login
            )
        ]
    )


def _summed(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One entry for each version of a file, its counts added up."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for entry in entries:
        place = {name: value for name, value in entry.items() if name not in _NONE}
        one = found.setdefault(tuple(place.values()), place | _NONE)
        for name in _NONE:
            one[name] += entry[name]
    return list(found.values())


def _most_within(times: Sequence[float], seconds: float) -> int:
    """The most of them in any window of that length."""
    most, first, ordered = 0, 0, sorted(times)
    for last, at in enumerate(ordered):
        while at - ordered[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most
