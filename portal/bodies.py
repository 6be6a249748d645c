"""No request body longer than a form may have: cut off before Django spools it.

Django writes a whole body to disk before it looks at who sent it, so that anybody
could fill the disk without signing in.
"""

import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from django.conf import settings

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[dict[str, Any], Receive, Send], Coroutine[Any, Any, None]]

TOO_LONG = (
    "More was sent than the portal takes at once. Nothing was stored. "
    "Reload the page and choose the file again."
)


class BodyLimit:
    """The application, for bodies up to `limit_of`; a longer one is answered 413."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(
        self, scope: dict[str, Any], receive: Receive, send: Send
    ) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif _declared(scope) > (limit := limit_of(scope["path"])):
            await _refuse(send)
        else:
            await self.app(scope, _counted(receive, send, limit), send)


def limit_of(path: str) -> int:
    """Bytes: a chunk everywhere, a whole file only where a plain form may bring it."""
    forms = settings.LONG_FORMS.items()
    fitting = [limit for pattern, limit in forms if re.fullmatch(pattern, path)]
    return max(fitting, default=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def _counted(receive: Receive, send: Send, limit: int) -> Receive:
    """For a body that does not say its length; to Django it looks broken off."""
    came = 0

    async def counted() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came <= limit:
            return message
        await _refuse(send)
        return {"type": "http.disconnect"}

    return counted


def _declared(scope: Message) -> int:
    """Content-Length; 0 without one, which is then counted."""
    lengths = [v for name, v in scope["headers"] if name == b"content-length"]
    return max((int(v) for v in lengths if v.isdigit()), default=0)


async def _refuse(send: Send) -> None:
    kind = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": kind})
    await send({"type": "http.response.body", "body": TOO_LONG.encode()})
