"""When a distributed file was made, the day it is of, and when HKEX removes it."""

import datetime as dt

from portal.exchange.hktime import HONG_KONG, hk_day
from portal.tradingdays.calendar import Calendar
from transfers.distribution.folders import MAPPING_FOLDER
from transfers.distribution.names import MAPPING, kind_of

REPORTS_STAY = dt.timedelta(days=10)  # Guides B §4.1, C §4.1
ANSWERS_STAY_DAYS = 7  # after the day of distribution (Guide A §3.3)
# An alert so long before the end: two hours where all there is, is one day.
WARN_BEFORE = dt.timedelta(days=1)
WARN_BEFORE_MIDNIGHT = dt.timedelta(hours=2)
# What is seen for the first time is fetched before it is warned of.
GRACE = dt.timedelta(minutes=5)
# A listed time that is further off is a wrong clock's, or none at all.
OLDEST = dt.timedelta(days=31)
AHEAD = dt.timedelta(hours=2)


def made_at(listed: dt.datetime | None, seen_at: dt.datetime) -> dt.datetime:
    """The listed time where it can be true, else when it was seen."""
    if listed is None or not seen_at - OLDEST <= listed <= seen_at + AHEAD:
        return seen_at
    return listed


def day_of(platform: str, made: dt.datetime, calendar: Calendar) -> dt.date:
    """ECP: the Hong Kong day. RAP, RRS: the trading day, which ends at 03:30."""
    return hk_day(made) if str(platform) == "ECP" else calendar.trading_day_of(made)


def removed_at(platform: str, folder: str, name: str, made: dt.datetime) -> dt.datetime:
    """When HKEX removes it, at the earliest (Guides A §3.3, B §4.1, C §4.1)."""
    if str(platform) != "ECP":
        return made + REPORTS_STAY
    stays = 0 if is_mapping(folder, name) else ANSWERS_STAY_DAYS
    after = hk_day(made) + dt.timedelta(days=stays + 1)
    return dt.datetime.combine(after, dt.time(), tzinfo=HONG_KONG)


def last_available_on(removed: dt.datetime) -> dt.date:
    """The last day on which HKEX still has it."""
    return hk_day(removed - dt.timedelta(microseconds=1))


def warn_at(
    platform: str, folder: str, name: str, removed: dt.datetime, seen_at: dt.datetime
) -> dt.datetime:
    """When a person must know that it is not kept yet (ECP-25)."""
    short = str(platform) == "ECP" and is_mapping(folder, name)
    before = WARN_BEFORE_MIDNIGHT if short else WARN_BEFORE
    return max(removed - before, seen_at + GRACE)


def is_mapping(folder: str, name: str) -> bool:
    """Of those that stay a day only; of an unknown name the folder tells."""
    kind = kind_of(name)
    return kind.answers == MAPPING if kind else folder == MAPPING_FOLDER
