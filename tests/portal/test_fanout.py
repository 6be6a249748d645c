"""Open pages are told after commit, and a lost Redis holds nobody up."""

import json
import socket
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.db import transaction
from pytest_django import Settings

from portal import fanout
from tests.streams import listening_to

WHO = uuid.UUID(int=10)


@pytest.fixture(autouse=True)
def own_breaker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fanout, "_silent_until", 0.0)
    monkeypatch.setattr(fanout, "_unread_until", 0.0)


@pytest.fixture
def store(settings: Settings) -> redis.Redis:
    """Redis, that has been there for long."""
    made = redis.Redis.from_url(settings.REDIS_URL)
    made.set(fanout.KNOWS_SINCE, 0)
    return made


@pytest.fixture
def stream() -> Iterator[redis.client.PubSub]:
    with listening_to(fanout.channel(WHO)) as made:
        yield made


def heard(stream: redis.client.PubSub) -> object:
    event = stream.get_message(timeout=0.5)
    return json.loads(event["data"]) if event else None


@pytest.mark.django_db(transaction=True)
def test_a_change_is_told_after_commit(stream: redis.client.PubSub) -> None:
    with transaction.atomic():
        fanout.tell(WHO, 7, ["alerts"])
        assert heard(stream) is None
    assert heard(stream) == {"seq": 7, "topics": ["alerts"]}


@pytest.mark.django_db(transaction=True)
def test_what_has_no_seq_is_remembered_for_pages_that_did_not_hear(
    store: redis.Redis,
) -> None:
    who = uuid.uuid4()
    fanout.tell(who, 7, ["alerts"])
    fanout.tell(who, None, ["expected", "fini"])
    assert fanout.told_within(who, 1) == frozenset({"expected", "fini"})
    assert fanout.told_within(uuid.uuid4(), 1) == frozenset()
    assert fanout.told_within(who, -fanout.SLACK - 2) == frozenset()


@pytest.mark.django_db(transaction=True)
def test_what_was_told_long_ago_takes_no_room(
    store: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch is a topic of its own, and a participant has new ones every day."""
    who, now = uuid.uuid4(), time.time()
    for day in range(5):
        monkeypatch.setattr(time, "time", lambda day=day: now + day * 86_500)
        fanout.tell(who, None, [f"fini-batch:{day}"])
    assert store.zcard(f"told:{who}") == 1
    assert fanout.told_within(who, 1) == frozenset({"fini-batch:4"})


@pytest.mark.django_db(transaction=True)
def test_what_a_redis_that_was_restarted_has_forgotten_is_not_known(
    store: redis.Redis,
) -> None:
    who = uuid.uuid4()
    fanout.tell(who, None, ["alerts"])
    store.delete(f"told:{who}", fanout.KNOWS_SINCE)
    assert fanout.told_within(who, 600) is None
    assert fanout.told_within(who, 600) is None  # also for the next who asks
    store.set(fanout.KNOWS_SINCE, int(time.time()) - 700)
    assert fanout.told_within(who, 600) == frozenset()


@pytest.mark.parametrize("since", ["", "-1", "soon", b"\xff", "9" * 99])
def test_rubbish_in_the_place_of_its_memory_is_not_known(
    store: redis.Redis, since: str | bytes
) -> None:
    store.set(fanout.KNOWS_SINCE, since)
    assert fanout.told_within(uuid.uuid4(), 1) is None


@pytest.mark.django_db(transaction=True)
def test_rubbish_in_the_place_of_what_was_told_silences_nobody(
    store: redis.Redis, stream: redis.client.PubSub
) -> None:
    store.set(f"told:{WHO}", "rubbish")
    try:
        fanout.tell(WHO, None, ["alerts"])
        fanout.tell(WHO, 7, ["alerts"])
        assert heard(stream) == {"seq": None, "topics": ["alerts"]}
        assert heard(stream) == {"seq": 7, "topics": ["alerts"]}
        assert fanout.told_within(WHO, 1) == frozenset()
    finally:
        store.delete(f"told:{WHO}")


def test_a_topic_that_is_no_text_is_told_as_none_of_ours(store: redis.Redis) -> None:
    who = uuid.uuid4()
    store.zadd(f"told:{who}", {b"\xff": time.time()})
    assert fanout.told_within(who, 1) == frozenset({"\N{REPLACEMENT CHARACTER}"})


def test_without_redis_nothing_is_remembered(settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    assert fanout.told_within(uuid.uuid4(), 1) == frozenset()


def test_pages_that_come_back_wait_once_for_a_redis_that_hangs(
    settings: Settings, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(tmp_path / "mute.sock"))
        mute.listen()
        settings.REDIS_URL = f"unix://{tmp_path}/mute.sock"
        assert fanout.told_within(WHO, 1) == frozenset()
        started = time.monotonic()
        for _ in range(100):
            assert fanout.told_within(WHO, 1) == frozenset()
    assert time.monotonic() - started < 1
    assert fanout._silent_until == 0.0


def test_progress_is_told_at_once_and_has_no_number(
    stream: redis.client.PubSub,
) -> None:
    fanout.progress(WHO, "submission:1", {"sent": 5})
    assert heard(stream) == {"topic": "submission:1", "progress": {"sent": 5}}


def test_another_participant_s_pages_hear_nothing(stream: redis.client.PubSub) -> None:
    fanout.progress(uuid.UUID(int=11), "submission:1", {"sent": 5})
    assert heard(stream) is None


def test_a_lost_redis_is_tried_once_and_then_left_alone(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    started = time.monotonic()
    for _ in range(1000):
        fanout.progress(WHO, "submission:1", {"sent": 5})
    assert time.monotonic() - started < 1
    assert caplog.text.count("no Redis") == 1


def test_redis_is_tried_again_after_the_pause(
    monkeypatch: pytest.MonkeyPatch, stream: redis.client.PubSub
) -> None:
    monkeypatch.setattr(fanout, "_silent_until", time.monotonic() - 0.001)
    fanout.progress(WHO, "submission:1", {"sent": 6})
    assert heard(stream) == {"topic": "submission:1", "progress": {"sent": 6}}
