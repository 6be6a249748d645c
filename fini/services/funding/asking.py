"""What funding needs of a client of the gateway, and what may go wrong with one."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from fini.calls import Call
from fini.models import Profile
from fini.refusals import Refusal
from fini.wire.answers import Answer
from portal import secrets
from portal.exchange.errors import ExchangeError


class Funder(Protocol):
    """`fini.client.Client`, as far as it is used here."""

    def pages(self, ask: Callable[[str], Call], /) -> Iterator[Answer]: ...

    def prepare(self, call: Call, request_id: str, /) -> Any: ...

    def send(self, prepared: Any, /) -> Answer: ...


ClientOf = Callable[[Profile], Funder]
# Nothing was sent: FINI is away or refuses to tell, or the profile cannot ask.
FAILURES = (ExchangeError, Refusal, secrets.CannotOpen)
_SEALED = (
    "The keys of this profile cannot be opened. FINI was not asked. "
    "Whoever runs the portal looks at its master key."
)


def sentence_of(failed: BaseException) -> str:
    return _SEALED if isinstance(failed, secrets.CannotOpen) else str(failed)
