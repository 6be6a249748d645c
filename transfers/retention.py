"""How long what HKEX distributed is kept at least: whole years, by Hong Kong days."""

import datetime as dt

from portal.exchange.hktime import HONG_KONG

LEAST_YEARS = 7


def latest_before(today: dt.date, years: int) -> dt.date:
    """What was kept before this day has been kept for `years` whole years today. Of
    29 February in a year that has none: the day before, so that nothing goes early."""
    year = today.year - years
    try:
        return today.replace(year=year)
    except ValueError:
        return dt.date(year, 2, 28)


def start_of(day: dt.date) -> dt.datetime:
    """Its first moment on Hong Kong's clock."""
    return dt.datetime.combine(day, dt.time(), tzinfo=HONG_KONG)
