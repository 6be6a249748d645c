"""A small HTTP/1.1 server for loopback: bounded requests, one answer a connection."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

HEAD_AT_MOST = 16_384
_READ_SECONDS = 15

_SECURE = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: a browser would then send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Connection": "close",
}


class Refused(Exception):
    """A request that gets a status and a sentence instead."""

    def __init__(self, status: HTTPStatus, sentence: str = "") -> None:
        super().__init__(sentence or status.phrase)
        self.status = status


@dataclass(frozen=True)
class Request:
    """Header names are lower-case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""

    def form(self) -> dict[str, str]:
        """The fields of a urlencoded body, the first of each."""
        fields = parse_qs(self.body.decode(), keep_blank_values=True)
        return {name: values[0] for name, values in fields.items()}


@dataclass(frozen=True)
class Response:
    """What goes back."""

    body: bytes = b""
    content_type: str = "application/json"
    status: HTTPStatus = HTTPStatus.OK
    headers: dict[str, str] = field(default_factory=dict)

    def encode(self) -> bytes:
        """Status line, headers and body."""
        headers = {
            "Content-Type": f"{self.content_type}; charset=utf-8",
            "Content-Length": str(len(self.body)),
            **_SECURE,
            **self.headers,
        }
        lines = [f"HTTP/1.1 {self.status.value} {self.status.phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


def redirect(to: str, **headers: str) -> Response:
    """See Other."""
    return Response(
        content_type="text/plain",
        status=HTTPStatus.SEE_OTHER,
        headers={"Location": to, **headers},
    )


Answer = Callable[[Request], Awaitable[Response]]


async def serve_one(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    answer: Answer,
    body_at_most: int,
) -> None:
    """Read one request, answer it, close."""
    try:
        async with asyncio.timeout(_READ_SECONDS):
            request = await read_request(reader, body_at_most)
        response = await answer(request)
    except Refused as refused:
        response = Response(f"{refused}\n".encode(), "text/plain", refused.status)
    except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
        writer.close()
        return
    with contextlib.suppress(ConnectionError):
        writer.write(response.encode())
        await writer.drain()
    writer.close()


async def read_request(reader: asyncio.StreamReader, body_at_most: int) -> Request:
    """The next request of a connection; raises Refused, IncompleteReadError."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("ascii")
        request_line, *lines = head.split("\r\n")[:-2]
        method, target, version = request_line.split(" ")
        if not method.isalpha() or not version.startswith("HTTP/1."):
            raise ValueError(request_line)
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            if name.lower() in headers:
                raise ValueError(name)
            headers[name.lower()] = value.strip()
        length = int(headers.get("content-length", "0"))
        url = urlsplit(target)
    except asyncio.LimitOverrunError:
        raise Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE) from None
    except (UnicodeDecodeError, ValueError):
        raise Refused(HTTPStatus.BAD_REQUEST) from None
    if "transfer-encoding" in headers or length < 0:
        raise Refused(HTTPStatus.BAD_REQUEST, "Send a Content-Length.")
    if length > body_at_most:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    body = await reader.readexactly(length)
    return Request(method, url.path, query, headers, body)
