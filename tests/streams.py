"""Listening on Redis as an open page's stream does."""

from collections.abc import Iterator
from contextlib import contextmanager

import redis
from django.conf import settings


@contextmanager
def listening_to(channel: str) -> Iterator[redis.client.PubSub]:
    """Subscribed before the block begins."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    made = client.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
    with made as listening:
        listening.subscribe(channel)
        listening.get_message(timeout=1)
        yield listening
    client.close()
