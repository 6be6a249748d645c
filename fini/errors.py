"""What can go wrong with the FINI gateway, in words an operator can act on."""

from portal.exchange.errors import ExchangeError


class GatewayUnreachable(ExchangeError):
    """Nothing of the request left us: no connection, TLS not verified, no token."""


class CallRefused(ExchangeError):
    """FINI answered that it did not do it: a whole request, before any record."""

    def __init__(
        self, sentence: str, *, http_status: int, code: str = "", message: str = ""
    ) -> None:
        super().__init__(sentence)
        self.http_status, self.code, self.message = http_status, code, message


class TooManyCalls(CallRefused):
    """429: not done, and to be asked again later, in `retry_after` seconds if said."""

    retry_after: float | None = None


class GatewayKeyReplaced(CallRefused):
    """411007: sealed for a key that the gateway has no more. What is prepared next
    fetches crypto meta anew."""


class AnswerLost(ExchangeError):
    """The request went out and no clear answer came: FINI may have done it."""


class AnswerUnreadable(ExchangeError):
    """An answer is not what any reading of the guide allows: too large, cut off, not
    JSON, of another shape. What the request did at FINI is unknown."""


class AnswerNotOpened(AnswerUnreadable):
    """An encrypted field of an answer does not open under its request's key."""


class GatewayKeyUnfit(ExchangeError):
    """The gateway's public key is no RSA key of 2048 bits or more."""

    permanent = True


class TokenNotGiven(GatewayUnreachable):
    """The gateway gave no token that still works by the time we have it."""


class TokenRefused(TokenNotGiven):
    """The token endpoint said no to our assertions: keys, names or the clock."""


class PreparedTooLongAgo(GatewayUnreachable):
    """A prepared request was not sent at once: its slot or its token may be over, and
    nothing left us. It is prepared anew."""


class NoSlot(GatewayUnreachable):
    """Others have used up what FINI permits, for as long as one waits."""
