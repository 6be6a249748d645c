"""When a read is asked again, how often, and after how long. A write never is."""

from collections.abc import Callable

from fini import names
from fini.errors import (
    AnswerLost,
    CallRefused,
    GatewayKeyReplaced,
    PreparedTooLongAgo,
    TooManyCalls,
)
from portal.exchange.errors import ExchangeError

PAUSES = (0.5, 2.0, 8.0)  # seconds; then it is given up
LONGEST = 30.0  # however long FINI says to wait


class Retries:
    """Of one read. A refused token and a replaced key are each made good once."""

    def __init__(self, pause: Callable[[float], None]) -> None:
        self._pause = pause
        self._pauses = list(PAUSES)
        self._once = {"token", "meta", "slot"}

    def rest_after(self, failed: ExchangeError) -> None:
        """Return when it is to be asked again; else raise what ended it."""
        remedy = _remedy(failed)
        if remedy in self._once:
            self._once.remove(remedy)
            return
        if not isinstance(failed, TooManyCalls | AnswerLost):
            raise failed
        if not self._pauses:
            raise _only_asked(failed)
        told = failed.retry_after if isinstance(failed, TooManyCalls) else None
        self._pause(min(max(self._pauses.pop(0), told or 0.0), LONGEST))


def _remedy(failed: ExchangeError) -> str:
    """What is new the next time: a token, crypto meta, or the slot."""
    if isinstance(failed, PreparedTooLongAgo):
        return "slot"
    if isinstance(failed, GatewayKeyReplaced):
        return "meta"
    if isinstance(failed, CallRefused):
        if failed.code == names.TIMESTAMP_EXPIRED:
            return "meta"
        return "token" if failed.http_status == 401 else ""
    return ""


def _only_asked(failed: ExchangeError) -> ExchangeError:
    if not isinstance(failed, AnswerLost):
        return failed
    return AnswerLost(
        "FINI gave no clear answer, several times over. It was only asked, so nothing "
        "was changed there. It is asked again later."
    )
