"""A gateway's client that answers as it is told, and remembers what it was sent."""

from collections.abc import Callable, Iterator
from typing import Any

from fini.calls import Call
from fini.wire import answers
from fini.wire.answers import Answer


def answer(*entries: dict[str, Any], **fields: Any) -> Answer:
    told = {"code": "0", "message": "", "data": list(entries), "exception": []}
    return answers.answer({**told, **fields})


def recorded(call: Call) -> Answer:
    """Every record of it, with a recordID of its own."""
    entries = call.payload["data"] if call.payload else []
    assert isinstance(entries, list)
    return answer(
        *(
            {"requestID": one["requestID"], "recordID": f"R{one['ownRef']}"}
            for one in entries
        )
    )


class FakeClient:
    """`says` answers a call or raises; `lists` are the pages of a query."""

    def __init__(self, says: Callable[[Call], Answer] = recorded) -> None:
        self.says = says
        self.lists: list[Answer] = []
        self.sent: list[Call] = []
        self.made_ahead: list[bool] = []
        self.before_send: Callable[[], None] = lambda: None

    def cover(self, call: Call) -> Call:
        return call

    def prepare(self, call: Call, request_id: str, made: Call | None) -> Call:
        assert made in (None, call), "made of another call"
        self.made_ahead.append(made is not None)
        return call

    def send(self, prepared: Call) -> Answer:
        self.before_send()
        self.sent.append(prepared)
        return self.says(prepared)

    def pages(self, ask: Callable[[str], Call]) -> Iterator[Answer]:
        self.sent.append(ask("0"))
        yield from self.lists

    def own_refs(self) -> list[str]:
        """Of all records that were sent, in order."""
        return [
            entry["ownRef"]
            for call in self.sent
            if call.path.endswith("add/v1")
            for entry in (call.payload or {})["data"]  # type: ignore[attr-defined]
        ]
