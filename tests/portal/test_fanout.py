"""Open pages are told after commit, and a lost Redis holds nobody up."""

import json
import time
import uuid
from collections.abc import Iterator

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
def test_what_has_no_seq_is_remembered_for_pages_that_did_not_hear() -> None:
    who = uuid.uuid4()
    fanout.tell(who, 7, ["alerts"])
    fanout.tell(who, None, ["expected", "fini"])
    assert fanout.told_within(who, 1) == {"expected", "fini"}
    assert fanout.told_within(uuid.uuid4(), 1) == frozenset()
    assert fanout.told_within(who, -fanout.SLACK - 2) == frozenset()


def test_rubbish_among_what_is_remembered_is_no_topic(settings: Settings) -> None:
    who = uuid.uuid4()
    rubbish = {b"\xff": b"soon", "fini": "-1", "alerts": b"\xff"}
    redis.Redis.from_url(settings.REDIS_URL).hset(f"told:{who}", mapping=rubbish)  # type: ignore[arg-type]
    assert fanout.told_within(who, 1) == frozenset()


def test_without_redis_nothing_is_remembered(settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    assert fanout.told_within(uuid.uuid4(), 1) == frozenset()


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
