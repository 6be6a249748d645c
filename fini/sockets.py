"""Sockets that end with their request's time, and know whether it began to leave.

httpx2 limits each wait for itself: an answer that drips would never end. A request
lives in one thread, so the attempt under way is the thread's.
"""

import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore2


class Attempt:
    """One request on its way. `began` is set before its first byte is written."""

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds
        self.began = False

    def left(self, most: float | None) -> float:
        """Seconds; a wait without any left ends at once, as a timeout."""
        whole = max(self.ends - time.monotonic(), 0.001)
        return whole if most is None else min(most, whole)

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.ends


class _Underway(threading.local):
    attempt: Attempt | None = None


_underway = _Underway()


@contextmanager
def attempt(seconds: float) -> Iterator[Attempt]:
    """What this thread sends and reads inside is one request."""
    _underway.attempt = made = Attempt(seconds)
    try:
        yield made
    finally:
        _underway.attempt = None


class Backend(httpcore2.NetworkBackend):
    def __init__(self) -> None:
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        stream = self._inner.connect_tcp(
            host, port, _left(timeout), local_address, socket_options
        )
        return Stream(stream)


class Stream(httpcore2.NetworkStream):
    def __init__(self, inner: httpcore2.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if (found := _underway.attempt) is not None and found.is_over:
            raise httpcore2.ReadTimeout
        return self._inner.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if buffer and (found := _underway.attempt) is not None:
            found.began = True
        self._inner.write(buffer, _left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        return Stream(
            self._inner.start_tls(ssl_context, server_hostname, _left(timeout))
        )

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(most: float | None) -> float | None:
    found = _underway.attempt
    return most if found is None else found.left(most)
