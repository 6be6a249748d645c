"""Telling open pages that something changed: after commit, over Redis.

`portal.pages.live` is the other end: the stream that a page reads.
"""

import json
import logging
import time
import uuid
from collections.abc import Iterable, Sequence
from functools import lru_cache

import redis
from django.conf import settings
from django.db import transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)
PAUSE = 5.0  # seconds without a try after Redis failed: an upload must not wait for it
REMEMBERED = 86_400  # seconds that Redis knows what was told without a seq
SLACK = 2.0  # seconds: a page's reckoning, and clocks of several machines
KNOWS_SINCE = "told-since"  # the key that a Redis which has forgotten does not have

_silent_until = 0.0  # on the monotonic clock, as the other
_unread_until = 0.0


def tell(participant: uuid.UUID, seq: int | None, topics: Iterable[str]) -> None:
    """Publish (seq, topics) when the transaction commits; losing it loses nothing,
    the streams read the table every 2 s. seq is the Activity's; None for a change
    that has none of its own: Redis remembers when, for pages that did not hear."""
    named = list(topics)
    event = json.dumps({"seq": seq, "topics": named})
    remembered = participant if seq is None else None
    transaction.on_commit(
        lambda: _publish(channel(participant), event, remembered, named), robust=True
    )


def progress(participant: uuid.UUID, topic: str, numbers: dict[str, int]) -> None:
    """Publish progress numbers at once: an event without a seq, never replayed."""
    _publish(channel(participant), json.dumps({"topic": topic, "progress": numbers}))


def told_within(participant: uuid.UUID, seconds: float) -> frozenset[str] | None:
    """The topics that were told without a seq in these last seconds, or a little
    earlier. None when Redis does not know as far back: it was restarted, or flushed.
    Empty without Redis, whose return every stream is told of."""
    global _unread_until  # noqa: PLW0603  (of its own: what is told needs no reader)
    if time.monotonic() < max(_silent_until, _unread_until):
        return frozenset()
    now = time.time()
    since = now - seconds - SLACK
    try:
        with _client(settings.REDIS_URL).pipeline(transaction=False) as line:
            line.set(KNOWS_SINCE, int(now), nx=True)
            line.get(KNOWS_SINCE)
            line.zrangebyscore(_told(participant), since, "+inf")
            _, knows_since, found = line.execute()
    except redis.ResponseError:
        return frozenset()
    except redis.RedisError:
        # The threads that ask are few, and read the table for every open page.
        _unread_until = time.monotonic() + PAUSE
        return frozenset()
    # Anybody on Redis can write anything.
    if not (knows_since or b"").isdigit() or int(knows_since[:12]) > since:
        return None
    return frozenset(topic.decode("utf-8", "replace") for topic in found)


def channel(participant: uuid.UUID) -> str:
    return f"live:{participant}"


def channel_pattern() -> str:
    return "live:*"


def participant_of(name: str) -> uuid.UUID:
    """The participant of a channel; raises ValueError."""
    return uuid.UUID(name.removeprefix("live:"))


def _told(participant: uuid.UUID) -> str:
    return f"told:{participant}"


def _publish(
    name: str,
    event: str,
    remembered: uuid.UUID | None = None,
    topics: Sequence[str] = (),
) -> None:
    global _silent_until  # noqa: PLW0603  (one breaker a process)
    if time.monotonic() < _silent_until:
        return
    try:
        with _client(settings.REDIS_URL).pipeline(transaction=False) as line:
            if remembered is not None and topics:
                now, key = time.time(), _told(remembered)
                line.zadd(key, dict.fromkeys(topics, now))
                # Every batch is a topic of its own: without this they grow for ever.
                line.zremrangebyscore(key, "-inf", now - REMEMBERED - SLACK)
                line.expire(key, REMEMBERED)
            line.publish(name, event)
            # What Redis refuses (a key that somebody made something else of) is no
            # reason to tell it nothing more; that it is away is raised all the same.
            line.execute(raise_on_error=False)
    except redis.RedisError:
        _silent_until = time.monotonic() + PAUSE
        logger.warning("no Redis: open pages poll for the next %d s", PAUSE)


@lru_cache(maxsize=2)
def _client(url: str) -> redis.Redis:
    # redis-py's own ten tries with growing pauses would hold a page up for seconds;
    # one is for a connection that a restart of Redis has closed.
    return redis.Redis.from_url(
        url, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 1)
    )
