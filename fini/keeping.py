"""How long the personal data of a batch are kept at least: whole Hong Kong days."""

import datetime as dt

from portal.exchange.hktime import HONG_KONG


def latest_before(today: dt.date, days: int) -> dt.date:
    """What ended before this day ended `days` whole days ago, or longer."""
    return today - dt.timedelta(days=days)


def start_of(day: dt.date) -> dt.datetime:
    """Its first moment on Hong Kong's clock."""
    return dt.datetime.combine(day, dt.time(), tzinfo=HONG_KONG)
