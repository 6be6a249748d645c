"""What the switches make of a request: an answer instead, or a spoilt one."""

from dataclasses import replace
from http import HTTPStatus

from sandbox.gateway.faults import Fault, Faults
from sandbox.gateway.wire import Reply

HUGE = 200_000_000
_OTHER_SHAPE = b'[{"result":"ok","records":{"first":[1,2,3]}},null,"done"]'
_NOT_JSON = b"<html><body><h1>Service temporarily unavailable</h1></body></html>"


def instead(faults: Faults, path: str) -> Reply | None:
    """The answer to a request that is not even looked at; None as a rule."""
    cut = faults.peek("cut", path)
    if cut and cut.params["stage"] == "before":
        faults.take("cut", path)
        return Reply(b"", ending="nothing")
    for kind, counts in (("status", False), ("answer", True)):
        fault = faults.peek(kind, path)
        if fault and not fault.params.get("counts", counts):
            faults.take(kind, path)
            return _instead_of(fault, Reply(b"{}"))
    return None


def spoilt(faults: Faults, path: str, reply: Reply) -> Reply:
    """What is left of the answer to a request that was done as it should be."""
    for kind in ("status", "answer"):
        if fault := faults.take(kind, path):
            reply = _instead_of(fault, reply)
    if cut := faults.take("cut", path):
        ending = "half" if cut.params["stage"] == "middle" else "nothing"
        reply = replace(reply, ending=ending)
    return reply


def _instead_of(fault: Fault, reply: Reply) -> Reply:
    if fault.kind == "status":
        return _status(fault.params["code"])
    kind = fault.params["kind"]
    if kind == "cut_json":
        return replace(reply, body=reply.body[: len(reply.body) // 2])
    if kind == "huge":
        return replace(reply, ending="huge", size=fault.params.get("bytes", HUGE))
    bodies = {"not_json": _NOT_JSON, "other_shape": _OTHER_SHAPE, "empty": b""}
    return replace(reply, body=bodies[kind])


def _status(code: int) -> Reply:
    status = HTTPStatus(code) if code in set(HTTPStatus) else HTTPStatus.BAD_GATEWAY
    return Reply(_NOT_JSON, status, {"Content-Type": "text/html"})
