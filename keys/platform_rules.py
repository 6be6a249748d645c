"""What each platform takes and how long it keeps it: one table for all of them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

OVERLAP_DAYS = 14  # Guides A §3.5.2, B §6.1 and C §6.1 agree
WARNING_DAYS = 14  # Guides A §4.6.3, B §6.2 and C §6.2 agree


@dataclass(frozen=True, slots=True)
class Rules:
    """`life_years` and `life_days` add up; the other is 0."""

    life_years: int
    life_days: int
    bits: Sequence[int]
    bits_in_words: str
    default_bits: int
    addresses: range
    registers_at: str  # where a first registration is made

    def new_key_expires_on(self, day: dt.date) -> dt.date:
        """The first day on which a key registered or uploaded on `day` is dead."""
        return years_after(day, self.life_years) + dt.timedelta(self.life_days)

    def old_key_expires_on(self, day: dt.date, own: dt.date) -> dt.date:
        """The same for the Current key renewed on `day`, which never gains life."""
        return min(own, day + dt.timedelta(OVERLAP_DAYS))


def years_after(day: dt.date, years: int) -> dt.date:
    """29 February ends on 28 February: of two readings, the one that warns earlier."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


RULES = {
    "ECP": Rules(
        life_years=2,
        life_days=0,
        bits=range(2048, 4097),
        bits_in_words="2048 to 4096",
        default_bits=4096,
        addresses=range(1, 5),
        registers_at="on ECP’s web",
    ),
    "RAP": Rules(
        life_years=2,
        life_days=0,
        bits=(2048, 4096),
        bits_in_words="2048 or 4096",
        default_bits=4096,
        addresses=range(1, 5),
        registers_at="through Client Connect (form TechS 8)",
    ),
    # Guide B §6.1: 730 days, and its example (1 March 2020 to 1 March 2022, dead
    # from the 2nd) counts them after the day of the upload.
    "RRS": Rules(
        life_years=0,
        life_days=731,
        bits=(2048,),
        bits_in_words="2048",
        default_bits=2048,
        addresses=range(2, 3),
        registers_at="through Client Connect (CXXX.zip and the form)",
    ),
}


def rules_of(platform: str) -> Rules:
    """By the platform's value: `ECP`, `RAP` or `RRS`."""
    return RULES[str(platform)]
