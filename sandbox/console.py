"""The console: what the exchange holds, and its switches, in a browser."""

import hashlib
import hmac
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox import distributionpages, outages, pages, registry
from sandbox.faults import KINDS
from sandbox.gateway import pages as gatewaypages
from sandbox.layout import SandboxError
from sandbox.web import Refused, Request, Response, redirect

if TYPE_CHECKING:
    from sandbox.exchange import Exchange

_COOKIE = "sandbox"
_CSS = Path(__file__).with_name("console.css")


class Console:
    """A browser cannot send a bearer header, so the token's URL sets a cookie."""

    def __init__(self, exchange: "Exchange", token: str) -> None:
        self._exchange = exchange
        self._token = token
        self._session = _derived(token, "cookie")
        self._csrf = _derived(token, "csrf")

    async def answer(self, request: Request) -> Response:
        """A page, the style sheet, or the answer to a form."""
        if request.path == "/console.css":
            return Response(_CSS.read_bytes(), "text/css")
        if request.path == "/" and "token" in request.query:
            return self._sign_in(request.query["token"])
        if not self._knows(request):
            body = pages.signed_out().encode()
            return Response(body, "text/html", HTTPStatus.UNAUTHORIZED)
        if request.method == "POST":
            return await self._act(request)
        if request.method != "GET":
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED)
        return self._page(request.path)

    def _sign_in(self, token: str) -> Response:
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            body = pages.signed_out().encode()
            return Response(body, "text/html", HTTPStatus.UNAUTHORIZED)
        cookie = f"{_COOKIE}={self._session}; HttpOnly; SameSite=Strict; Path=/"
        return redirect("/", **{"Set-Cookie": cookie})

    def _knows(self, request: Request) -> bool:
        try:
            cookies = SimpleCookie(request.headers.get("cookie", ""))
        except CookieError:
            return False
        given = cookies[_COOKIE].value if _COOKIE in cookies else ""
        return hmac.compare_digest(given.encode(), self._session.encode())

    def _page(self, path: str) -> Response:
        mails = self._exchange.mailbox.mails()
        if path == "/":
            html = pages.overview(
                self._exchange.state_view(),
                self._exchange.journal.receptions(),
                mails,
                distributionpages.section(self._exchange, self._csrf),
                self._csrf,
            )
            return Response(html.encode(), "text/html")
        if path == gatewaypages.PATH:
            html = gatewaypages.whole_page(self._exchange.gateway, self._csrf)
            return Response(html.encode(), "text/html")
        wanted = path.removeprefix("/mails/")
        for mail in mails:
            if path.startswith("/mails/") and str(mail["id"]) == wanted:
                return Response(pages.mail(mail).encode(), "text/html")
        raise Refused(HTTPStatus.NOT_FOUND)

    async def _act(self, request: Request) -> Response:
        try:
            fields = request.form()
        except ValueError:
            raise Refused(HTTPStatus.BAD_REQUEST) from None
        given = fields.pop("csrf", "")
        if not hmac.compare_digest(given.encode(), self._csrf.encode()):
            raise Refused(HTTPStatus.FORBIDDEN, "The form is not from this console.")
        try:
            back = self._apply(request.path, fields)
        except (SandboxError, ValueError, OverflowError) as exc:
            raise Refused(HTTPStatus.BAD_REQUEST, str(exc)) from None
        await self._exchange.adjust()
        return redirect(back)

    def _apply(self, path: str, fields: dict[str, str]) -> str:
        """Do what a form asks for; the page to go back to."""
        if gatewaypages.change(self._exchange.gateway, path, fields):
            return gatewaypages.PATH
        kind = path.removeprefix("/faults/")
        if path == "/faults":
            self._exchange.faults.reset()
        elif kind in KINDS and "off" in fields:
            self._exchange.faults.merge({kind: None})
        elif kind in KINDS:
            self._exchange.faults.merge({kind: _parameters(fields)})
        elif path == "/script":
            days = float(fields.get("days_back") or "0")
            self._exchange.script.switch(on="on" in fields, days_back=days)
        elif path == "/outages" and "off" in fields:
            self._exchange.outages = []
        elif path == "/outages":
            given = {name: value for name, value in fields.items() if value.strip()}
            self._exchange.outages += outages.parse([given])
        elif path == "/mails":
            self._exchange.mailbox.clear()
        elif not registry.change(self._exchange, path, fields):
            raise Refused(HTTPStatus.NOT_FOUND)
        return "/"


def _parameters(fields: dict[str, str]) -> dict[str, object]:
    """A form's text as JSON would have it; an empty field is not given."""
    words: dict[str, object] = {"true": True, "false": False}
    texts = ("code", "reason", "login", "host", "base64", "name")
    return {
        name: (
            value
            if name in texts
            else words.get(value, int(value) if value.isdecimal() else value)
        )
        for name, value in fields.items()
        if value.strip()
    }


def _derived(token: str, purpose: str) -> str:
    return hmac.new(token.encode(), purpose.encode(), hashlib.sha256).hexdigest()
