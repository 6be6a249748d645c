"""Everything that FINI has for an IPO, page by page to its end."""

from collections.abc import Iterator
from typing import Protocol

from fini import calls
from fini.calls import Call
from fini.wire import records
from fini.wire.answers import Answer
from fini.wire.records import Subscription
from portal.exchange.errors import ExchangeError, printable

PAGE = 1_000


class ListIncomplete(ExchangeError):
    """The list did not come whole: what is not in it may be there all the same."""


class Pages(Protocol):
    """What of a client is needed here."""

    def pages(self, ask: "Ask") -> Iterator[Answer]: ...


class Ask(Protocol):
    def __call__(self, cursor: str, /) -> Call: ...


def of_ipo(client: Pages, ipo_id: str) -> Iterator[Subscription]:
    """Authorised and invalidated ones. Ends without raising only when the list came
    whole, so that only then what is not in it is not at FINI. A record that comes
    twice stands in the place of one that did not come: the list moved under its pages.

    Raises ListIncomplete, and what `client` raises.
    """

    def ask(cursor: str) -> Call:
        return calls.subscriptions(ipo_id=ipo_id, cursor=cursor, size=PAGE)

    told: int | None = None
    named, nameless = set[str](), 0
    for page in client.pages(ask):
        if not page.succeeded:
            raise _incomplete(f"it said {printable(page.message) or page.code}")
        entries = page.entries(records.subscription)
        so_far = len(named) + nameless + len(entries)
        told = max(told or 0, page.total_size or 0, so_far)
        ids = [entry.record_id for entry in entries]
        named.update(filter(None, ids))
        nameless += ids.count("")
        yield from entries
    came = len(named) + nameless
    if told is None or came < told:
        raise _incomplete(f"{came:,} of {told or 0:,} subscriptions came")


def _incomplete(why: str) -> ListIncomplete:
    return ListIncomplete(
        f"FINI’s list of its subscriptions did not come whole: {why}. It proves "
        "nothing. It is asked for again by itself."
    )
