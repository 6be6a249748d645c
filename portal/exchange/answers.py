"""What a server answered, against what it was asked."""

from .errors import Refused, printable
from .hosts import Host
from .packets import OK, Body, Kind, Malformed, Status, status_in
from .sftp_wire import Answer


def expect(answer: Answer, wanted: Kind, host: Host, path: str) -> Body:
    """The body of an answer of the wanted kind. Raises Refused, Malformed."""
    kind, body = answer
    if kind == Kind.STATUS:
        raise refusal(status_in(body), host, path)
    if kind != wanted:
        raise Malformed("it answered something else than what was asked")
    return body


def refusal(status: Status, host: Host, path: str) -> Refused:
    """For a status other than success. Raises Malformed for success alone."""
    if status.code == OK:
        raise Malformed("it answered with success and nothing else")
    return Refused(
        f"{host} answered {status.word} for {printable(path)}"
        f" ({printable(status.said)}).",
        status.code,
    )
