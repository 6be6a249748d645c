"""Keeping one access token for many calls, renewed well before its 30 seconds end."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from fini.errors import TokenNotGiven
from portal.exchange.errors import ExchangeError

LIFETIME = 30.0  # seconds (guide D, API Access Setup 3), whatever the answer says
# Parts of a lifetime: from the first one a caller renews it, after the second
# nobody sends it, so that a call may take a few seconds to reach the gateway.
RENEW_AT, LAST_USE = 0.6, 0.8


@dataclass(frozen=True, slots=True)
class Granted:
    """What the token endpoint answered; `lifetime` in seconds."""

    token: str = field(repr=False)
    lifetime: float = LIFETIME


@dataclass(frozen=True, slots=True)
class _Held:
    token: str = field(repr=False)
    renew_at: float
    last_use: float


class TokenKeeper:
    """Gives a token that still works; any number of threads may ask.

    `ask` makes the token request; `clock` counts seconds and never goes back (not the
    business clock). A token's life is counted from before it was asked for.
    """

    def __init__(self, ask: Callable[[], Granted], clock: Callable[[], float]) -> None:
        self._ask, self._clock = ask, clock
        self._line = threading.Lock()  # whoever asks the gateway holds it
        self._held: _Held | None = None
        self._failure: tuple[int, ExchangeError | None] = (0, None)

    def token(self) -> str:
        """Raises what `ask` raises, and TokenNotGiven for one that came too late."""
        held, (failures, _) = self._held, self._failure
        now = self._clock()
        if held is not None and now < held.renew_at:
            return held.token
        usable = held is not None and now < held.last_use
        if not self._line.acquire(blocking=not usable):
            # Another thread renews it meanwhile.
            return held.token if held is not None else ""
        try:
            return self._renewed(failures)
        finally:
            self._line.release()

    def refused(self, token: str) -> None:
        """The gateway said 401 to this token: it is not given again."""
        held = self._held
        if held is not None and held.token == token:
            self._held = None

    def _renewed(self, failures: int) -> str:
        """In the line; others may have come through while this thread waited."""
        held, now = self._held, self._clock()
        if held is not None and now < held.renew_at:
            return held.token
        count, failure = self._failure
        if failure is not None and count != failures:
            raise failure  # what the one before met, met while this thread waited
        try:
            self._held = fresh = self._asked(now)
        except ExchangeError as failed:
            self._failure = (count + 1, failed)
            held = self._held  # unless it was refused meanwhile
            if held is not None and self._clock() < held.last_use:
                return held.token
            raise
        return fresh.token

    def _asked(self, asked_at: float) -> _Held:
        granted = self._ask()
        lifetime = min(granted.lifetime, LIFETIME)
        last_use = asked_at + LAST_USE * lifetime
        if self._clock() >= last_use:
            raise TokenNotGiven(
                "FINI’s access token took so long to come that it is nearly over. "
                "Nothing was sent with it. It is asked for again by itself."
            )
        return _Held(granted.token, asked_at + RENEW_AT * lifetime, last_use)
