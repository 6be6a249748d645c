"""The days that a form takes: those that the calendar, the clock and the keys reach."""

import datetime as dt

from django.core.exceptions import ValidationError

YEARS = range(2000, 2100)
BEYOND = "Enter a day from 2000-01-01 to 2099-12-31."


def check_reach(day: dt.date) -> None:
    """Of a day or a moment: next to the ends of Python's calendar nothing can be
    reckoned with, and no file is of such a day. Raises ValidationError."""
    if day.year not in YEARS:
        raise ValidationError(BEYOND, code="beyond")
