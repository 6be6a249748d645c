"""The one table that turns the libraries' exceptions into ours."""

from collections.abc import Iterator
from contextlib import contextmanager

import paramiko
from paramiko.ssh_exception import IncompatiblePeer

from .errors import (
    ExchangeError,
    LoginRefused,
    NoSharedAlgorithm,
    NotReachable,
    SessionLost,
    printable,
)
from .hosts import Host
from .packets import Malformed
from .transport import Late, NotSent

# The first match counts: the narrower stands above the wider.
_TABLE: tuple[tuple[type[Exception], type[ExchangeError], str], ...] = (
    (
        IncompatiblePeer,
        NoSharedAlgorithm,
        "{host} and the portal have no algorithm in common: {said}.",
    ),
    (
        paramiko.AuthenticationException,
        LoginRefused,
        "{host} refused the login: the login ID, its key or our address is not "
        "registered there.",
    ),
    (Late, SessionLost, "{host} did not answer in time: {said}."),
    (NotSent, SessionLost, "The connection to {host} was lost: {said}."),
    (Malformed, SessionLost, "{host} sent something that is not SFTP: {said}."),
    (EOFError, SessionLost, "{host} closed the connection."),
    (paramiko.SSHException, SessionLost, "SSH with {host} broke: {said}."),
    (TimeoutError, SessionLost, "{host} did not answer in time."),
    (OSError, SessionLost, "The connection to {host} broke: {said}."),
)


def translation(host: Host, error: BaseException) -> ExchangeError | None:
    """Our exception for a library's; None for what is not in the table."""
    if isinstance(error, ExchangeError):
        return error
    for theirs, ours, sentence in _TABLE:
        if isinstance(error, theirs):
            return ours(sentence.format(host=host, said=_said(error)))
    return None


@contextmanager
def translated(host: Host, *, before_login: bool = False) -> Iterator[None]:
    """Raises ours for theirs; `before_login`, a lost session is NotReachable."""
    try:
        yield
    except ExchangeError:
        raise
    except Exception as error:
        ours = translation(host, error)
        if ours is None:
            raise
        if before_login and isinstance(ours, SessionLost):
            ours = NotReachable(ours.sentence)
        raise ours from error


def _said(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return printable(str(error)) or type(error).__name__
