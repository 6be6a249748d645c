"""When an end is told of, and when it is told to more people: pure arithmetic."""

import datetime as dt

THRESHOLDS = (60, 30, 14, 7, 3, 1, 0)  # days before the first dead day
ESCALATE_AFTER = dt.timedelta(days=3)  # without an acknowledgment


def threshold(days_left: int) -> int | None:
    """The nearest one that is passed; None while the end is further than all."""
    passed = [days for days in THRESHOLDS if days_left <= days]
    return min(passed, default=None)


def in_words(days_left: int) -> str:
    if days_left < 0:
        return "has expired"
    if days_left == 0:
        return "expires today"
    return "expires tomorrow" if days_left == 1 else f"expires in {days_left} days"
