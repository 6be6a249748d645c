"""What can go wrong at the exchange, in words an operator can act on."""

from typing import ClassVar, Literal

Stage = Literal["open", "write", "close"]


def printable(text: str, limit: int = 200) -> str:
    """`text` of a stranger, cut to `limit` and without what could fool a reader.

    Control characters, and marks that turn the direction of writing, become `?`.
    """
    return "".join(c if c.isprintable() else "?" for c in text[:limit])


class ExchangeError(Exception):
    """Base of all of them: `sentence` is for the operator, `permanent` for the code.

    Permanent means that trying again by itself cannot help, or must not happen.
    """

    permanent: ClassVar[bool] = False

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotReachable(ExchangeError):
    """No connection, or none that got as far as a login."""


class HostKeyUnknown(ExchangeError):
    """Nobody has confirmed this host's key; `offered` is its OpenSSH line."""

    permanent = True

    def __init__(self, sentence: str, offered: str) -> None:
        super().__init__(sentence)
        self.offered = offered


class HostKeyChanged(HostKeyUnknown):
    """The host showed another key than the confirmed one."""


class NoSharedAlgorithm(ExchangeError):
    """The server offers nothing that we may use."""

    permanent = True


class LoginRefused(ExchangeError):
    """The server said no to this login ID and key."""

    permanent = True


class SessionLost(ExchangeError):
    """The session ended, or said something that is not SFTP, or nothing in time."""


class Refused(ExchangeError):
    """The server answered a request with a status other than success."""

    permanent = True

    def __init__(self, sentence: str, code: int) -> None:
        super().__init__(sentence)
        self.code = code


class OpenRefused(Refused):
    """The server answered the OPEN of an upload with a refusal: nothing was opened."""


class TooLarge(ExchangeError):
    """A file or a folder is larger than what we read; `head` is a file's beginning."""

    permanent = True

    def __init__(self, sentence: str, head: bytes = b"") -> None:
        super().__init__(sentence)
        self.head = head


class SizeChanged(ExchangeError):
    """A file has not the size that was listed: it grew or shrank since."""


class SinkFailed(ExchangeError):
    """Our own place for a file failed (`__cause__` says how); the exchange is well."""


class BrokeBeforeOpen(ExchangeError):
    """The upload ended before its OPEN was sent: nothing was opened at the exchange."""


class SourceUnfit(BrokeBeforeOpen):
    """Our own file cannot be sent (empty, unreadable, another size); nothing opened."""

    permanent = True


class Unclear(ExchangeError):
    """OPEN was sent and the full chain of good answers did not come.

    Only a result file or a person can tell what the exchange has: never retried.
    """

    permanent = True

    def __init__(
        self, sentence: str, *, stage: Stage, bytes_acknowledged: int, bytes_sent: int
    ) -> None:
        super().__init__(sentence)
        self.stage = stage
        self.bytes_acknowledged = bytes_acknowledged
        self.bytes_sent = bytes_sent


class Stalled(Unclear):
    """No request of the upload was answered for the whole stall limit."""
