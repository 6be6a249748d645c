"""Which attempt a result file answers: the latest that was opened before it."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from portal.exchange.hktime import HONG_KONG, hk_day

# The exchange's clock may be this far behind ours, and its times are whole seconds.
BEHIND = dt.timedelta(seconds=5)
AHEAD = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """An attempt of the result's file name, by the moment of its intent to OPEN."""

    submission_pk: uuid.UUID
    opened_at: dt.datetime
    sha256: str = ""


def moment_after(at: dt.time, opened_at: dt.datetime) -> dt.datetime:
    """The first moment from the opening on at which Hong Kong's clock showed `at`:
    a result's name has a time of day and no date."""
    earliest = opened_at - BEHIND
    moment = dt.datetime.combine(hk_day(earliest), at, tzinfo=HONG_KONG)
    return moment if moment >= earliest.replace(microsecond=0) else moment + DAY


def answered(
    at: dt.time, checksum: str, openings: Iterable[Opening], now: dt.datetime
) -> tuple[Opening, dt.datetime] | None:
    """The opening that a result made at `at` answers, and when it was made; None
    when it answers none. `now` rules out what would still be to come.

    A checksum ("" if none) that is the content's of some of them tells more than the
    time: of two files with one name, the one that HKEX names is meant.
    """
    possible = [
        (opening, moment)
        for opening in openings
        if (moment := moment_after(at, opening.opened_at)) <= now + AHEAD
    ]
    named = [pair for pair in possible if checksum and pair[0].sha256 == checksum]
    return max(named or possible, key=lambda pair: pair[0].opened_at, default=None)
