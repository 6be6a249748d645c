"""What changed after a seq: rows of the chain, told as topics."""

import uuid
from dataclasses import dataclass
from math import inf

from portal import fanout
from portal.activity.models import Activity, Chain

REPLAY_LIMIT = 500
EVERYTHING = "everything"  # the topic that makes a page fetch all its parts again


@dataclass(frozen=True)
class Event:
    seq: int
    topics: frozenset[str]


def read_after(text: str | None) -> int | None:
    """The seq of an address; None for what is no seq, which means: everything."""
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > 18:
        return None
    return int(text)


def read_away(text: str | None) -> float:
    """For how many seconds a page may not have heard us; endlessly, for no number."""
    if text is None:
        return 0
    is_number = text.isascii() and text.isdecimal() and len(text) < 9
    return float(text) if is_number else inf


def since(participant: uuid.UUID, after: int | None, away: float = 0) -> Event:
    """All rows after it, and what was told without a seq in the last `away` seconds,
    folded into one event. Too many rows, no seq, one that has not been yet, or away
    for longer than Redis knows: everything."""
    if after is None or away > fanout.REMEMBERED:
        return _everything(participant)
    numbered = _numbered(participant, after)
    if not away:
        return numbered
    told = fanout.told_within(participant, away)
    if told is None:
        return _everything(participant)
    return Event(numbered.seq, numbered.topics | told)


def _numbered(participant: uuid.UUID, after: int) -> Event:
    rows = list(
        Activity.objects.filter(chain__participant=participant, seq__gt=after)
        .order_by("seq")
        .values_list("seq", "topics")[: REPLAY_LIMIT + 1]
    )
    if len(rows) > REPLAY_LIMIT:
        return _everything(participant)
    if not rows:
        now = _everything(participant)
        return now if now.seq < after else Event(after, frozenset())
    return Event(rows[-1][0], frozenset(topic for _, named in rows for topic in named))


def _everything(participant: uuid.UUID) -> Event:
    counts = Chain.objects.filter(participant=participant)
    seq = counts.values_list("count", flat=True).first() or 0
    return Event(seq, frozenset({EVERYTHING}))
