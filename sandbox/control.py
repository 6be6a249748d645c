"""The control API: JSON on loopback, for whoever holds the token."""

import asyncio
import hmac
import json
from collections.abc import Callable
from datetime import date
from functools import partial
from http import HTTPStatus
from inspect import isawaitable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from sandbox import counters, outages, views
from sandbox.accounts import Account, parse_account
from sandbox.console import Console
from sandbox.keydesk import turn_key
from sandbox.layout import SandboxError
from sandbox.web import HEAD_AT_MOST, Refused, Request, Response, serve_one

if TYPE_CHECKING:
    from sandbox.exchange import Exchange

_BODY_AT_MOST = 64_000_000


class Control:
    """Checks Host, Origin and token, then does as it is told."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._token: str = exchange.config["control"]["token"]
        self._console = Console(exchange, self._token)
        self._server: asyncio.Server | None = None
        self._names: set[str] = set()
        self._routes: dict[tuple[str, str], Callable[[Any], Any]] = {
            ("GET", "receptions"): self._receptions,
            ("GET", "state"): lambda _: exchange.state_view(),
            ("POST", "faults"): self._merge_faults,
            ("DELETE", "faults"): self._reset_faults,
            ("POST", "clock"): self._shift_clock,
            ("POST", "accounts"): self._save_account,
            ("POST", "keys"): self._turn_key,
            ("POST", "addresses"): self._set_addresses,
            ("GET", "mails"): lambda _: exchange.mailbox.mails(),
            ("DELETE", "mails"): lambda _: exchange.mailbox.clear(),
            ("POST", "publish"): self._publish,
            ("GET", "distributed"): self._distributed,
            ("GET", "script"): lambda _: exchange.script.view(),
            ("POST", "script"): self._switch_script,
            ("POST", "plan"): self._plan,
            ("GET", "outages"): self._outages,
            ("POST", "outages"): self._schedule_outages,
            ("GET", "counters"): lambda _: counters.view(exchange),
            **exchange.gateway.routes(),
        }

    async def start(self, url: str) -> str:
        """Listen at the URL's address; the URL with the port that was taken."""
        wanted = urlsplit(url)
        address, port = wanted.hostname, wanted.port
        try:
            self._server = await asyncio.start_server(
                partial(serve_one, answer=self.answer, body_at_most=_BODY_AT_MOST),
                address,
                port,
                limit=HEAD_AT_MOST,
            )
        except OSError as exc:
            raise SandboxError(
                f"Cannot listen on {address} port {port} for the console:"
                f" {exc.strerror}."
            ) from None
        port = self._server.sockets[0].getsockname()[1]
        self._names = {f"{name}:{port}" for name in (address, "localhost")}
        return f"http://{address}:{port}"

    async def stop(self) -> None:
        """Answer no more."""
        if self._server is not None:
            self._server.close()

    async def answer(self, request: Request) -> Response:
        """One request; raises Refused."""
        self._check_where_from(request)
        if not request.path.startswith("/control/"):
            return await self._console.answer(request)
        self._check_token(request)
        key = request.method, request.path.removeprefix("/control/")
        action = self._routes.get(key) or self._one_account(*key)
        if action is None:
            known = any(path == key[1] for _, path in self._routes)
            raise Refused(
                HTTPStatus.METHOD_NOT_ALLOWED if known else HTTPStatus.NOT_FOUND
            )
        try:
            result = action(_object(request.body))
            if isawaitable(result):
                result = await result
            await self._exchange.adjust()
        except SandboxError as exc:
            raise Refused(HTTPStatus.BAD_REQUEST, str(exc)) from None
        except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as exc:
            raise Refused(HTTPStatus.BAD_REQUEST, f"Malformed: {exc!r}") from None
        return Response(json.dumps({} if result is None else result).encode())

    def _check_where_from(self, request: Request) -> None:
        """A page elsewhere must not reach us through somebody's browser."""
        if request.headers.get("host") not in self._names:
            raise Refused(HTTPStatus.FORBIDDEN, "Host is not this sandbox.")
        origin = request.headers.get("origin")
        if origin is not None and origin not in {f"http://{n}" for n in self._names}:
            raise Refused(HTTPStatus.FORBIDDEN, "Origin is not this sandbox.")

    def _check_token(self, request: Request) -> None:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
            raise Refused(HTTPStatus.UNAUTHORIZED, "The token is missing or wrong.")

    def _one_account(self, method: str, path: str) -> Callable[[Any], Any] | None:
        """GET accounts/<login>."""
        folder, _, login = path.partition("/")
        if folder != "accounts" or method != "GET" or not login:
            return None
        if self._exchange.accounts.find(unquote(login)) is None:
            return None
        return lambda _: views.account(self._exchange, unquote(login))

    def _receptions(self, _: Any) -> dict[str, Any]:
        found = self._exchange.journal.receptions()
        return {"receptions": [reception.public_view() for reception in found]}

    def _merge_faults(self, wanted: dict[str, Any]) -> dict[str, Any]:
        self._exchange.faults.merge(wanted)
        return self._exchange.faults.view()

    def _reset_faults(self, _: Any) -> None:
        self._exchange.faults.reset()

    def _shift_clock(self, wanted: dict[str, Any]) -> dict[str, Any]:
        self._exchange.shift_clock(float(wanted["offset_seconds"]))
        return {"now": self._exchange.clock.now().isoformat()}

    def _save_account(self, wanted: dict[str, Any]) -> dict[str, Any]:
        account = self._exchange.accounts.save(parse_account(_without_dates(wanted)))
        return self._view(account)

    def _turn_key(self, wanted: dict[str, Any]) -> dict[str, Any]:
        return self._view(turn_key(self._exchange.accounts, wanted))

    def _set_addresses(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """An account's; at RAP and RRS those of its whole CP."""
        addresses = wanted["remote_ips"]
        return self._view(
            self._exchange.accounts.set_addresses(wanted["login"], addresses)
        )

    def _view(self, account: Account) -> dict[str, Any]:
        return account.public_view(self._exchange.clock.today())

    def _switch_script(self, wanted: dict[str, Any]) -> dict[str, Any]:
        on, days_back = wanted["on"], wanted.get("days_back", 0)
        if not isinstance(on, bool):
            raise SandboxError("`on` is true or false.")
        self._exchange.script.switch(on=on, days_back=days_back)
        return self._exchange.script.view()

    def _plan(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """What the script publishes on a trading day."""
        day = date.fromisoformat(wanted["day"])
        return {"files": self._exchange.script.planned(day)}

    def _outages(self, _: Any) -> dict[str, Any]:
        return {"outages": [outage.view() for outage in self._exchange.outages]}

    def _schedule_outages(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """In place of those before."""
        self._exchange.outages = outages.parse(wanted["outages"])
        return self._outages(None)

    async def _publish(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """One file, or many under `files`; what is there now."""
        files = wanted.get("files", [wanted])
        return {"files": await self._exchange.publisher.publish(files)}

    async def _distributed(self, _: Any) -> dict[str, Any]:
        return {"files": await self._exchange.publisher.distributed()}


def _without_dates(wanted: dict[str, Any]) -> dict[str, Any]:
    """Dates are the exchange's own: keys are registered today."""
    if "keys" in wanted:
        raise SandboxError("Keys are given as public_keys.")
    return wanted


def _object(body: bytes) -> dict[str, Any]:
    """The body's JSON object, an empty one when there is no body."""
    wanted = json.loads(body) if body else {}
    if not isinstance(wanted, dict):
        raise SandboxError("The body is a JSON object.")
    return wanted
