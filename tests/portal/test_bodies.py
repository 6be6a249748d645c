"""A body is bounded before anything is stored of it, whoever sends it."""

import asyncio
from typing import Any

from django.conf import settings

from portal.bodies import TOO_LONG, BodyLimit, Message, Receive, Send, limit_of

CHUNKS = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


async def django(scope: Message, receive: Receive, send: Send) -> None:
    """Reads all of the body, as Django does, and answers how long it was."""
    came, message = 0, await receive()
    while message["type"] == "http.request":
        came += len(message["body"])
        if not message["more_body"]:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"%d" % came})
            return
        message = await receive()


def ask(path: str, pieces: list[bytes], **headers: str) -> list[Message]:
    """What is sent back; `pieces` come one after the other."""
    rest = list(pieces)
    said: list[Message] = []

    async def receive() -> Message:
        body = rest.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(rest)}

    async def send(message: Message) -> None:
        said.append(message)

    names = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    scope: dict[str, Any] = {"type": "http", "path": path, "headers": names}
    asyncio.run(BodyLimit(django)(scope, receive, send))
    return said


def test_a_body_that_says_it_is_too_long_is_not_read() -> None:
    answer = ask("/accounts/login/", [], content_length=str(CHUNKS + 1))
    assert (answer[0]["status"], answer[1]["body"]) == (413, TOO_LONG.encode())


def test_a_body_that_does_not_say_its_length_is_cut_off() -> None:
    piece = bytes(CHUNKS // 2)
    answer = ask("/accounts/login/", [piece, piece, piece, piece])
    assert (answer[0]["status"], len(answer)) == (413, 2)


def test_a_body_that_lies_about_its_length_is_cut_off() -> None:
    piece = bytes(CHUNKS)
    answer = ask("/accounts/login/", [piece, piece], content_length="1")
    assert answer[0]["status"] == 413


def test_a_chunk_goes_through_whole() -> None:
    body = bytes(settings.CHUNK_LIMIT)
    answer = ask("/p/CP00010/uploads/1/chunk/", [body], content_length=str(len(body)))
    assert answer[1]["body"] == b"%d" % len(body)


def test_only_the_plain_form_may_bring_a_whole_file() -> None:
    assert limit_of("/p/CP00010/submit/") > settings.PLAIN_FORM_LIMIT
    batch = limit_of("/p/CP00010/fini/subscriptions/new/")
    assert settings.BATCH_FILE_LIMIT < batch < settings.PLAIN_FORM_LIMIT
    assert limit_of("/p/CP00010/submit/check/") == CHUNKS
    assert limit_of("/accounts/login/") == CHUNKS
