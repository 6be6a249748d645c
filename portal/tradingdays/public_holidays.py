"""Hong Kong's general holidays and the exchange's half days, from their package."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from holidays import country_holidays, financial_holidays
from holidays.constants import HALF_DAY, OPTIONAL

LANGUAGE = "en_HK"


@dataclass(frozen=True)
class Year:
    """Days with their names. `suspended`: severe weather, whole days, since 2016."""

    holidays: dict[dt.date, str]
    half_days: dict[dt.date, str]
    suspended: dict[dt.date, str]


@lru_cache(maxsize=64)
def of_year(year: int) -> Year:
    """The package's "public" holidays are only the statutory ones, without Good
    Friday: the exchange keeps the general holidays, there called "optional". Its
    own list leaves out Saturdays, which the hours of CCMS ask for (RAP-05)."""
    general = country_holidays("HK", years=year, categories=OPTIONAL, language=LANGUAGE)
    closed = financial_holidays("XHKG", years=year, language=LANGUAGE)
    halves = financial_holidays(
        "XHKG", years=year, categories=HALF_DAY, language=LANGUAGE
    )
    return Year(
        dict(general.items()),
        {day: name.split(" (")[0] for day, name in halves.items()},
        {day: name for day, name in closed.items() if day not in general},
    )
