"""Counting wrong passwords and used codes, with or without Redis.

The counts live in Redis, common to all web processes. When Redis is lost each
process counts for itself: the door stays locked to a guesser (three wrong
passwords a process), and people can still sign in. What was counted in Redis
counts again once it is back.
"""

import hashlib
import logging
import time
from typing import Any

import redis
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

logger = logging.getLogger(__name__)

LOCK_SECONDS = 15 * 60
WRONG_LIMIT = 3
CODE_SECONDS = 120  # longer than a one-time code is taken
TRY_REDIS_AGAIN_SECONDS = 5
# More names than a guesser can spray; the default of 300 would forget the first.
LOCAL_ENTRIES = 100_000


class ThrottleCache(RedisCache):
    """Django's Redis cache that falls back to this process's memory."""

    _lost_until = 0.0  # monotonic; common to all threads

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._local = LocMemCache(server, {"OPTIONS": {"MAX_ENTRIES": LOCAL_ENTRIES}})

    def add(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(self._either("add", key, *args, **kwargs))

    def get(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        return self._either("get", key, *args, **kwargs)

    def set(self, key: Any, *args: Any, **kwargs: Any) -> None:
        self._either("set", key, *args, **kwargs)

    def incr(self, key: Any, *args: Any, **kwargs: Any) -> int:
        return int(self._either("incr", key, *args, **kwargs))

    def delete(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(self._either("delete", key, *args, **kwargs))

    def _either(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= ThrottleCache._lost_until:
            try:
                return getattr(super(), name)(*args, **kwargs)
            except redis.RedisError:
                logger.warning("no Redis: wrong passwords are counted per process")
                ThrottleCache._lost_until = time.monotonic() + TRY_REDIS_AGAIN_SECONDS
        return getattr(self._local, name)(*args, **kwargs)


def locked_until(name: str) -> float | None:
    """When this user name's lock ends (machine time, epoch); None when not locked."""
    ends = cache.get(_key("locked", name))
    return ends if ends is not None and ends > time.time() else None


def note_wrong_password(name: str) -> bool:
    """Count one wrong password within 15 minutes; the third locks: True then."""
    key = _key("wrong", name)
    cache.add(key, 0, LOCK_SECONDS)
    try:
        count = cache.incr(key)
    except ValueError:  # it expired between the two calls
        count = 1
        cache.set(key, count, LOCK_SECONDS)
    if count < WRONG_LIMIT:
        return False
    cache.set(_key("locked", name), time.time() + LOCK_SECONDS, LOCK_SECONDS)
    cache.delete(key)
    return True


def first_use(user_pk: object, code: str) -> bool:
    """Mark a right one-time code as used; False when it was, while it is taken."""
    return cache.add(_key("code", f"{user_pk}:{code}"), True, CODE_SECONDS)


def was_used(user_pk: object, code: str) -> bool:
    return bool(cache.get(_key("code", f"{user_pk}:{code}")))


def _key(purpose: str, name: str) -> str:
    """Names are hashed: what people type in the wrong field stays out of Redis."""
    # Upper first: PostgreSQL compares names so, and reads the dotless i as an i.
    digest = hashlib.sha256(name.strip().upper().lower().encode()).hexdigest()
    return f"people:{purpose}:{digest}"
