"""Rows in a chain, and reading a stream."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.activity.services import append
from portal.people.models import Participant
from tests.portal.activity.conftest import last


def happen(participant: Participant, *topics: str) -> int:
    """One row in the chain; answers its seq."""
    with transaction.atomic():
        append(
            participant, Kind.ACCESS, Endpoint.WEB, "", Status.SUCCESSFUL, topics=topics
        )
    return last(participant).seq


async def next_event(stream: AsyncIterator[bytes], within: float = 5.0) -> Any:
    """(name, data) of the next event; comments and empty pieces are passed over."""
    while True:
        piece = await asyncio.wait_for(anext(stream), within)
        if piece.startswith(b"event: "):
            name, data = piece.decode().strip().split("\n")
            return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))
