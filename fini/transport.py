"""httpx2's transport on sockets of ours: kept connections, no proxies, no retries."""

import ssl
from collections.abc import Iterable, Iterator

import httpcore2
import httpx2

from fini import sockets

LINES = 8  # open at once
# Seconds; below what servers keep an idle connection for (the shortest usual limit is
# 5 s), so that a request seldom meets one that is being closed: what becomes of it then
# is unclear.
IDLE = 4.0


class _Body(httpx2.SyncByteStream):
    def __init__(self, inner: Iterable[bytes]) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        yield from self._inner

    def close(self) -> None:
        close = getattr(self._inner, "close", None)
        if close is not None:
            close()


class Transport(httpx2.BaseTransport):
    """httpx2's own, on our sockets and without proxies."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=context,
            max_connections=LINES,
            max_keepalive_connections=LINES,
            keepalive_expiry=IDLE,
            network_backend=sockets.Backend(),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        answer = self._pool.handle_request(
            httpcore2.Request(
                request.method,
                httpcore2.URL(
                    scheme=url.raw_scheme,
                    host=url.raw_host,
                    port=url.port,
                    target=url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        stream = answer.stream
        if not isinstance(stream, Iterable):
            raise TypeError("a pool of blocking sockets gives a blocking stream")
        return httpx2.Response(
            answer.status, headers=answer.headers, stream=_Body(stream)
        )

    def close(self) -> None:
        self._pool.close()
