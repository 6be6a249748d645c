"""The stream: 401, 404, 204, replay, order, other participants, lost Redis, the end."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest
import redis
from asgiref.sync import sync_to_async
from django.test import AsyncClient
from pytest_django import Settings as SettingsWrapper

from portal import fanout
from portal.pages import hub, stream
from portal.pages.stream import Reader
from portal.people.models import Participant, User
from tests.portal.pages.builders import happen, next_event

pytestmark = pytest.mark.django_db(transaction=True)


def run(story: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(story)


async def status(path: str, user: User | None) -> int:
    client = AsyncClient()
    if user is not None:
        await client.aforce_login(user)
    return (await client.get(path)).status_code


def reading(
    participant: Participant, after: int | None = 0, away: float = 0
) -> AsyncIterator[bytes]:
    reader = Reader(participant.pk, participant.pk, lambda: True)
    return stream.stream(reader, after, away)


async def later(participant: Participant, *topics: str) -> int:
    return await sync_to_async(happen, thread_sensitive=False)(participant, *topics)


def test_the_anonymous_are_told_401_and_never_sent_to_a_page() -> None:
    assert run(status("/p/CP00010/live/?after=0", None)) == 401


def test_a_stranger_is_told_404(mallory: User, alice: User) -> None:
    assert run(status("/p/CP00010/live/?after=0", mallory)) == 404


def test_204_when_streams_are_switched_off(
    alice: User, settings: SettingsWrapper
) -> None:
    settings.LIVE_STREAMS = False
    assert run(status("/p/CP00010/live/?after=0", alice)) == 204


def test_a_seventh_stream_of_one_person_is_told_204(
    alice: User, participant: Participant
) -> None:
    async def story() -> int:
        joined = [hub.hub().joined(participant.pk, alice.pk) for _ in range(6)]
        for one in joined:
            one.__enter__()
        try:
            return await status("/p/CP00010/live/?after=0", alice)
        finally:
            for one in joined:
                one.__exit__(None, None, None)

    assert run(story()) == 204


def test_a_member_s_stream_is_an_unbuffered_event_stream(alice: User) -> None:
    async def story() -> Any:
        client = AsyncClient()
        await client.aforce_login(alice)
        answer = await client.get("/p/CP00010/live/?after=0")
        answer.close()
        return answer.headers

    headers = run(story())
    assert headers["Content-Type"] == "text/event-stream"
    assert headers["X-Accel-Buffering"] == "no"
    assert "no-cache" in headers["Cache-Control"]


def test_what_happened_between_render_and_connect_is_replayed(
    participant: Participant,
) -> None:
    happen(participant, "seen")
    happen(participant, "submissions")

    async def story() -> Any:
        return await next_event(reading(participant, after=1))

    assert run(story()) == ("change", {"seq": 2, "topics": ["submissions"]})


def test_what_happens_while_it_is_open_is_told_within_half_a_second(
    participant: Participant,
) -> None:
    async def story() -> Any:
        events = reading(participant)
        first = asyncio.ensure_future(next_event(events))
        await hub.hub().listening()
        await asyncio.sleep(0.2)
        await later(participant, "submissions")
        return await asyncio.wait_for(first, 0.5)

    assert run(story()) == ("change", {"seq": 1, "topics": ["submissions"]})


def test_messages_out_of_order_lose_no_topic(participant: Participant) -> None:
    happen(participant, "first")
    happen(participant, "second")
    told: list[Any] = []

    async def story() -> None:
        reader = Reader(participant.pk, participant.pk, lambda: True)
        for message in ({"seq": 2, "topics": ["second"]}, {"seq": 1, "topics": []}):
            told.append(await stream.tell(reader, told[-1][0] if told else 0, message))

    run(story())
    assert told[0] == (
        2,
        b'event: change\ndata: {"seq":2,"topics":["first","second"]}\n\n',
    )
    assert told[1] == (2, b"")


def test_a_change_without_a_seq_is_told_and_not_counted(
    participant: Participant,
) -> None:
    reader = Reader(participant.pk, participant.pk, lambda: True)
    told = run(stream.tell(reader, 7, {"seq": None, "topics": ["alerts"]}))
    assert told == (7, b'event: change\ndata: {"seq":7,"topics":["alerts"]}\n\n')


def test_what_was_told_without_a_seq_while_a_page_was_away_is_told_again(
    participant: Participant, settings: SettingsWrapper
) -> None:
    redis.Redis.from_url(settings.REDIS_URL).set(fanout.KNOWS_SINCE, 0)
    fanout.tell(participant.pk, None, ["expected"])

    async def story() -> Any:
        return await next_event(reading(participant, away=3))

    assert run(story()) == ("change", {"seq": 0, "topics": ["expected"]})


def test_when_redis_is_there_again_every_page_fetches_all(
    participant: Participant,
    settings: SettingsWrapper,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hub, "RETRY_SECONDS", 0.1)
    there, settings.REDIS_URL = settings.REDIS_URL, "unix:///nowhere/redis.sock"

    async def story() -> Any:
        events = reading(participant)
        await anext(events)
        await anext(events)
        settings.REDIS_URL = there
        return await next_event(events)

    assert run(story()) == ("change", {"seq": 0, "topics": ["everything"]})


@pytest.mark.parametrize(
    ("first", "left"),
    [
        ({"seq": None, "topics": ["alerts"]}, "everything"),
        ({"seq": 1, "topics": ["alerts"]}, "progress"),
        ({"topic": "submission:1", "progress": {}}, "progress"),
    ],
)
def test_what_a_slow_page_could_not_take_it_fetches_unless_the_table_has_it(
    participant: Participant, first: hub.Message, left: str
) -> None:
    progress = {"topic": "submission:1", "progress": {"done": 5}}

    async def story() -> list[Any]:
        with hub.hub().joined(participant.pk, participant.pk) as queue:
            for message in [first, *[progress] * hub.QUEUE_LIMIT]:
                hub.hub()._give(participant.pk, message)
            assert queue.full()
            return [queue.get_nowait() for _ in range(queue.qsize())]

    everything = {"seq": None, "topics": ["everything"]}
    assert run(story())[-1] == (everything if left == "everything" else progress)


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"[]", b'{"seq":"1","topics":[]}', b'{"seq":1}', b"{}"]
)
def test_rubbish_on_redis_is_no_message(data: bytes) -> None:
    with pytest.raises(hub.NotOurs):
        hub.read_message(data)


def test_another_participant_s_events_stay_out(
    participant: Participant, other_participant: Participant
) -> None:
    async def story() -> Any:
        events = reading(participant)
        first = asyncio.ensure_future(next_event(events))
        await asyncio.sleep(0.2)
        await later(other_participant, "secret")
        await later(participant, "ours")
        return await first

    assert run(story()) == ("change", {"seq": 1, "topics": ["ours"]})


def test_progress_passes_through_without_a_seq(participant: Participant) -> None:
    async def story() -> Any:
        first = asyncio.ensure_future(next_event(reading(participant)))
        await hub.hub().listening()
        await asyncio.sleep(0.2)
        await asyncio.to_thread(
            fanout.progress, participant.pk, "submission:1", {"done": 5, "total": 10}
        )
        return await first

    name, data = run(story())
    assert name == "progress"
    assert data == {"topic": "submission:1", "progress": {"done": 5, "total": 10}}


def test_without_redis_the_table_tells(
    participant: Participant, settings: SettingsWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    monkeypatch.setattr(hub, "TABLE_SECONDS", 0.2)

    async def story() -> Any:
        first = asyncio.ensure_future(next_event(reading(participant)))
        await asyncio.sleep(0.8)
        await later(participant, "submissions")
        return await first

    assert run(story()) == ("change", {"seq": 1, "topics": ["submissions"]})


def test_a_stream_ends_when_its_reader_may_read_no_more(
    participant: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "BEAT_SECONDS", 0.1)
    answers = [True, False]

    async def story() -> list[Any]:
        reader = Reader(participant.pk, participant.pk, lambda: answers.pop(0))
        events = stream.stream(reader, 0, 0)
        return [await next_event(events), await next_event(events)]

    assert [name for name, _ in run(story())] == ["beat", "gone"]


def test_the_hub_rests_when_the_last_stream_has_gone(participant: Participant) -> None:
    async def story() -> Any:
        with hub.hub().joined(participant.pk, participant.pk):
            assert hub.hub().streams_of(participant.pk) == 1
        await asyncio.sleep(0)
        return len(asyncio.all_tasks()), hub.hub().streams_of(participant.pk)

    assert run(story()) == (1, 0)
