"""Answers that stream kept files: downloaded, never shown by the browser."""

from collections.abc import AsyncIterator, Callable, Iterator

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from portal.pages.hub import let_go

POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


class StreamedFile(StreamingHttpResponse):
    """Each block is read in a shared thread, when the browser has taken the last one;
    the request's own thread gives its database connection back first. An error ends
    the connection, so that the browser knows that the file is not whole."""

    def __init__(
        self,
        parts: Iterator[bytes],
        name: str,
        close: Callable[[], None],
        size: int | None = None,
    ) -> None:
        """close: lets go of what is open, also when nobody has read it."""
        super().__init__(parts, content_type="application/octet-stream")
        self._parts = parts
        self._resource_closers.append(close)  # type: ignore[attr-defined]
        self["Content-Disposition"] = content_disposition_header(True, name) or ""
        self["Content-Security-Policy"] = POLICY
        self["X-Content-Type-Options"] = "nosniff"
        self["Cache-Control"] = "no-store"
        self["X-Accel-Buffering"] = "no"
        if size is not None:
            self["Content-Length"] = str(size)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        await sync_to_async(let_go)()
        read = sync_to_async(_next, thread_sensitive=False)
        while (part := await read(self._parts)) is not None:
            yield part


def _next(parts: Iterator[bytes]) -> bytes | None:
    return next(parts, None)
