"""What the streams of this process share: one Redis listener, one reader of the table.

A message is a hint: streams read the table wherever a seq is missing, so that losing
Redis costs two seconds and no event. What has no seq is not in the table: when Redis is
there again, every page fetches all its parts.
"""

import asyncio
import json
import logging
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakKeyDictionary

import redis.asyncio
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import DatabaseError, connection
from redis.exceptions import RedisError

from portal import fanout
from portal.activity.models import Chain
from portal.pages.events import EVERYTHING

logger = logging.getLogger(__name__)

TABLE_SECONDS = 2.0
RETRY_SECONDS = 1.0
LISTENING_SECONDS = 0.5
QUEUE_LIMIT = 256

Message = dict[str, Any]
Queue = asyncio.Queue[Message]
_ALL: Message = {"seq": None, "topics": [EVERYTHING]}


class NotOurs(ValueError):
    """A message on our channels that `fanout` did not send."""


class Hub:
    """Runs while a stream is open; belongs to one event loop."""

    def __init__(self) -> None:
        self._queues: dict[uuid.UUID, set[Queue]] = {}
        self._streams: Counter[uuid.UUID] = Counter()
        self._tasks: list[asyncio.Task[None]] = []
        self._listening = asyncio.Event()
        self._is_deaf = False

    def streams_of(self, user: uuid.UUID) -> int:
        return self._streams[user]

    @contextmanager
    def joined(self, participant: uuid.UUID, user: uuid.UUID) -> Iterator[Queue]:
        """The queue of one stream, for as long as it is open."""
        queue: Queue = asyncio.Queue(QUEUE_LIMIT)
        self._queues.setdefault(participant, set()).add(queue)
        self._streams[user] += 1
        self._start()
        try:
            yield queue
        finally:
            self._leave(participant, user, queue)

    async def listening(self) -> None:
        """Returns once Redis is listened to, or soon without it."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._listening.wait(), LISTENING_SECONDS)

    def _start(self) -> None:
        if not self._tasks:
            loops = (self._read_redis(), self._read_table())
            self._tasks = [asyncio.create_task(loop) for loop in loops]

    def _leave(self, participant: uuid.UUID, user: uuid.UUID, queue: Queue) -> None:
        self._queues[participant].discard(queue)
        if not self._queues[participant]:
            del self._queues[participant]
        self._streams -= Counter({user: 1})
        if not self._queues:
            for task in self._tasks:
                task.cancel()
            self._tasks = []
            self._listening.clear()
            self._is_deaf = False

    def _give(self, participant: uuid.UUID, message: Message) -> None:
        for queue in self._queues.get(participant, ()):
            if queue.full() and _is_told_once(queue.get_nowait()):
                queue.put_nowait(_ALL)  # a slow reader finds the others in the table
            else:
                queue.put_nowait(message)

    async def _read_redis(self) -> None:
        while True:
            try:
                await self._listen()
            except (RedisError, OSError):
                logger.warning("no Redis: open pages wait for the table")
            self._is_deaf = True
            self._listening.clear()
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        client = redis.asyncio.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=2, health_check_interval=10
        )
        async with client, client.pubsub() as pubsub:
            await pubsub.psubscribe(fanout.channel_pattern())
            while True:
                heard = await pubsub.get_message(timeout=5)
                if heard is None:
                    continue
                self._hears()
                if heard["type"] == "pmessage":
                    self._pass_on(heard["channel"].decode(), heard["data"])

    def _hears(self) -> None:
        self._listening.set()
        if self._is_deaf:
            self._is_deaf = False
            for participant in self._queues:
                self._give(participant, _ALL)

    def _pass_on(self, channel: str, data: bytes) -> None:
        try:
            self._give(fanout.participant_of(channel), read_message(data))
        except ValueError:  # NotOurs, or no UUID
            logger.warning("a message that is none of ours on %s", channel)

    async def _read_table(self) -> None:
        while True:
            await asyncio.sleep(TABLE_SECONDS)
            try:
                counts = await in_thread(chain_counts, list(self._queues))
            except DatabaseError:
                logger.warning("no database: open pages wait")
                continue
            for participant, count in counts:
                self._give(participant, {"seq": count})


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """This event loop's hub."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())


def _is_told_once(message: Message) -> bool:
    return "progress" not in message and message["seq"] is None


def read_message(data: bytes) -> Message:
    """What `fanout` sent; anybody on Redis can send anything: raises NotOurs."""
    try:
        message = json.loads(data)
    except ValueError:
        raise NotOurs("no JSON") from None
    if not isinstance(message, dict):
        raise NotOurs("not an object")
    if isinstance(message.get("progress"), dict):
        return {"topic": str(message.get("topic")), "progress": message["progress"]}
    seq, topics = message.get("seq"), message.get("topics")
    if not (seq is None or type(seq) is int) or not isinstance(topics, list):
        raise NotOurs("neither progress nor a change")
    return {"seq": seq, "topics": [str(topic) for topic in topics]}


def chain_counts(participants: list[uuid.UUID]) -> list[tuple[uuid.UUID, int]]:
    found = Chain.objects.filter(participant__in=participants)
    return [(pk, n) for pk, n in found.values_list("participant", "count") if pk]


async def in_thread(read: Any, *args: Any) -> Any:
    """Call what reads the database in a shared thread that keeps no connection."""
    return await sync_to_async(_and_let_go, thread_sensitive=False)(read, *args)


def _and_let_go(read: Any, *args: Any) -> Any:
    try:
        return read(*args)
    finally:
        let_go()


def let_go() -> None:
    """Close this thread's connection, so that a stream holds none."""
    if not connection.in_atomic_block:
        connection.close()
