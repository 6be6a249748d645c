"""Asking the token endpoint (guide D, API Access Setup 3), with one key set or another.

A new JWK may not be registered at HKEX yet, although somebody said so: then the one
before it is tried. A clock that is wrong shows in the refusal's Date.
"""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Protocol
from urllib.parse import urlencode

from fini import assertions
from fini.assertions import Applicant
from fini.errors import (
    AnswerLost,
    AnswerUnreadable,
    GatewayUnreachable,
    TokenNotGiven,
    TokenRefused,
)
from fini.line import Line, Reply
from fini.tokens import Granted
from fini.wire import access, json_text
from fini.wire.access import epoch_ms
from fini.wire.scalars import text
from portal.exchange.errors import printable

HEADERS = {
    "Accept": "application/json",
    "Content-Type": "application/x-www-form-urlencoded",
}
NEWEST_AGAIN = 600.0  # seconds after which a refused newer key set is tried again
# Assertions live five minutes and may look at most thirty ahead: what differs by less
# than this is not why one was refused.
CLOCKS_DIFFER = dt.timedelta(minutes=1)
_LONG = re.compile(r"[\w.~+/=-]{40,}")  # an assertion or a token, sent back to us


class Surroundings(Protocol):
    """Of the client's seams, those that are needed here."""

    def now(self) -> dt.datetime: ...
    def monotonic(self) -> float: ...
    def let_in(self, applicant: Applicant) -> None: ...
    def reached(self) -> None: ...
    def unreachable(self, sentence: str) -> None: ...


class TokenEndpoint:
    """One thread at a time asks (TokenKeeper sees to it)."""

    def __init__(
        self,
        line: Line,
        path: str,
        applicants: Sequence[Applicant],
        seams: Surroundings,
        clock_offset_ms: int,
    ) -> None:
        if not applicants:
            raise ValueError("somebody has to ask for the token")
        self._line, self._path, self._seams = line, path, seams
        self._applicants, self.clock_offset_ms = list(applicants), clock_offset_ms
        self._first, self._newest_at = 0, 0.0

    def ask(self) -> Granted:
        """Raises TokenRefused when no key set is let in, TokenNotGiven for other
        failures of the endpoint, GatewayUnreachable without a connection."""
        if self._seams.monotonic() >= self._newest_at:
            self._first = 0
        failures = []
        for number in range(self._first, len(self._applicants)):
            try:
                granted = self._in_time(self._applicants[number])
            except TokenRefused as refused:
                failures.append(refused)
                continue
            if number != self._first:
                self._first = number
                self._newest_at = self._seams.monotonic() + NEWEST_AGAIN
            self._seams.let_in(self._applicants[number])
            return granted
        self._first = 0
        raise failures[0]

    def _in_time(self, applicant: Applicant) -> Granted:
        """Once more when the refusal shows that the clocks are apart."""
        reply = self._asked(applicant)
        if reply.status in {400, 401, 403} and self._learn_clock(reply):
            reply = self._asked(applicant)
        return _granted(reply)

    def _learn_clock(self, reply: Reply) -> bool:
        if reply.date is None:
            return False
        offset = reply.date - self._seams.now()
        known = dt.timedelta(milliseconds=self.clock_offset_ms)
        if abs(offset - known) < CLOCKS_DIFFER:
            return False
        self.clock_offset_ms = epoch_ms(reply.date) - epoch_ms(self._seams.now())
        return True

    def _asked(self, applicant: Applicant) -> Reply:
        form = assertions.token_form(applicant, self._seams.now(), self.clock_offset_ms)
        try:
            reply = self._line.ask(
                "POST", self._path, headers=HEADERS, body=urlencode(form).encode()
            )
        except (AnswerLost, AnswerUnreadable):
            sentence = _not_given("FINI’s token endpoint gave no whole answer")
            self._seams.unreachable(sentence)
            raise TokenNotGiven(sentence) from None
        except GatewayUnreachable as failed:
            self._seams.unreachable(failed.sentence)
            raise
        self._seams.reached()
        return reply


def _granted(reply: Reply) -> Granted:
    if reply.status == 200:
        try:
            return access.granted(json_text.parse(reply.body))
        except AnswerUnreadable:
            raise TokenNotGiven(
                _not_given("FINI’s token endpoint answered with something else")
            ) from None
    if reply.status in {400, 401, 403}:
        raise TokenRefused(
            f"FINI gave no access token: {_reason(reply)}. Nothing was sent. Compare "
            "the registered keys, the issuer, the UUID and the Company ID with Client "
            "Connect."
        )
    raise TokenNotGiven(
        _not_given(f"FINI’s token endpoint answered HTTP {reply.status}")
    )


def _not_given(what: str) -> str:
    return f"{what}: there is no access token, and nothing was sent. It is tried again."


def _reason(reply: Reply) -> str:
    """Its own words, without what we sent it."""
    try:
        tree = json_text.parse(reply.body)
        words = (text(tree, "error"), text(tree, "error_description"))
    except AnswerUnreadable:
        words = ("", "")
    said = ": ".join(word for word in words if word)
    return printable(_LONG.sub("…", said)) or f"HTTP {reply.status}"
