"""How long is left until a deadline, beside its clock time."""

import datetime as dt

from portal.pages.words import duration

MINUTE = dt.timedelta(minutes=1)


def left(until: dt.datetime | None, now: dt.datetime) -> str:
    """In whole minutes, since the page asks again every minute; "" without an end."""
    if until is None:
        return ""
    span = until - now
    return duration(span // MINUTE * MINUTE if span >= MINUTE else span)
