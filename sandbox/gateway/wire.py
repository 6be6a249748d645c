"""Answers as the gateway writes them, and the refusals that take their place."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What goes back over the line; `ending` is how much of it really does."""

    body: bytes
    status: HTTPStatus = HTTPStatus.OK
    headers: dict[str, str] = field(default_factory=dict)
    ending: str = "whole"  # or nothing, half, huge
    size: int = 0  # of a huge one

    def head(self) -> bytes:
        """Status line and headers."""
        headers = {
            "Content-Type": "application/json;charset=UTF-8",
            "Content-Length": str(self.size or len(self.body)),
            "Cache-Control": "no-store",
            **self.headers,
        }
        lines = [f"HTTP/1.1 {self.status.value} {self.status.phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode()


class Failed(Exception):
    """The whole request is refused: HTTP status, code and sentence of the answer.

    The codes 411001 to 411999, 401900 and 405904 are notes.md's; the others are the
    sandbox's own, since HKEX prints none.
    """

    def __init__(
        self, status: HTTPStatus, code: str = "", sentence: str = "", **headers: str
    ) -> None:
        super().__init__(sentence or status.phrase)
        self.status = status
        self.code = code or str(status.value)
        self.headers = {name.replace("_", "-"): v for name, v in headers.items()}

    def reply(self, now: datetime) -> Reply:
        """The envelope with the error outside `data`."""
        errors = [exception(self.code, str(self))]
        answer = envelope([], now, code=self.code, message=str(self), exception=errors)
        return Reply(dumped(answer), self.status, self.headers)


def bad_request(code: str, sentence: str) -> Failed:
    """Refused with 400."""
    return Failed(HTTPStatus.BAD_REQUEST, code, sentence)


def envelope(
    entries: list[dict[str, Any]],
    now: datetime,
    *,
    code: str = "0",
    message: str = "",
    exception: list[dict[str, str]] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """The answer around `data`, its members in the printed order.

    `more` are nextCursor of lists; ipos/list is printed with timeStamp, the others
    with timestamp.
    """
    stamp = "timeStamp" if more.pop("camel", False) else "timestamp"
    return {
        "code": code,
        "message": message,
        "data": entries,
        "totalSize": len(entries),
        stamp: f"{now:%Y-%m-%d %H:%M:%S}",
        **more,
        "exception": exception or [],
    }


def exception(code: str, sentence: str) -> dict[str, str]:
    """One record error."""
    return {"recordErrorCode": code, "recordErrorMsg": sentence}


def dumped(answer: Any) -> bytes:
    """JSON as the deck prints it: no blanks, UTF-8."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def loaded(body: bytes) -> Any:
    """The JSON of a body; raises Failed."""
    try:
        return json.loads(body.decode(), parse_constant=_refused_constant)
    except (ValueError, RecursionError):
        raise bad_request("SBX900", "The body is not JSON.") from None


def _refused_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON.")
