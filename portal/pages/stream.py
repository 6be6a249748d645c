"""One page's event stream: replay after a seq, then what the hub hints at."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from portal.pages import events
from portal.pages.hub import Message, hub, in_thread

BEAT_SECONDS = 15.0


@dataclass(frozen=True)
class Reader:
    """Whose stream it is, and whether it may still be read."""

    participant: uuid.UUID
    user: uuid.UUID
    is_still_allowed: Callable[[], bool]


async def stream(
    reader: Reader, after: int | None, away: float
) -> AsyncIterator[bytes]:
    """Ends with `gone` when session or membership end. `away`: for how many seconds
    the page may not have heard us."""
    with hub().joined(reader.participant, reader.user) as queue:
        yield b": open\n\n"
        await hub().listening()
        last, told = await _catch_up(reader, after, away)
        yield told
        beat_at = _now() + BEAT_SECONDS
        while True:
            try:
                wait = max(0.0, beat_at - _now())
                message = await asyncio.wait_for(queue.get(), wait)
            except TimeoutError:
                if not await in_thread(reader.is_still_allowed):
                    yield sse("gone", {})
                    return
                yield sse("beat", {})
                beat_at = _now() + BEAT_SECONDS
                continue
            last, told = await tell(reader, last, message)
            yield told


async def tell(reader: Reader, last: int, message: Message) -> tuple[int, bytes]:
    """What this message tells a page that knows everything up to `last`."""
    if "progress" in message:
        return last, sse("progress", message)
    seq, topics = message["seq"], frozenset(message.get("topics", ()))
    if seq is None:  # a change without an activity of its own
        return last, change(events.Event(last, topics))
    if seq <= last:
        return last, b""
    if seq == last + 1 and topics:
        return seq, change(events.Event(seq, topics))
    return await _catch_up(reader, last)  # a gap: the table has what is missing


async def _catch_up(
    reader: Reader, after: int | None, away: float = 0
) -> tuple[int, bytes]:
    event = await in_thread(events.since, reader.participant, after, away)
    return event.seq, change(event) if event.topics or event.seq != after else b""


def change(event: events.Event) -> bytes:
    return sse("change", {"seq": event.seq, "topics": sorted(event.topics)})


def sse(name: str, data: Message) -> bytes:
    body = json.dumps(data, separators=(",", ":"))
    return f"event: {name}\ndata: {body}\n\n".encode()


def _now() -> float:
    return asyncio.get_running_loop().time()
