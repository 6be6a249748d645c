"""Hong Kong time as the sandbox tells it: the real clock plus a durable offset."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

from sandbox.layout import SandboxError, write_atomically

HONG_KONG = timezone(timedelta(hours=8), "HKT")  # no summer time since 1979
_YEARS = 1980, 2200


def midnight(at: datetime) -> datetime:
    """When the Hong Kong day of a moment began."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def moment_of(text: object) -> datetime:
    """A moment written as ISO, in Hong Kong time; raises SandboxError.

    Without an offset it is Hong Kong's. A year at either end of the calendar is
    refused, since there is no day before or after it.
    """
    try:
        at = datetime.fromisoformat(str(text).strip())
        at = (at if at.tzinfo else at.replace(tzinfo=HONG_KONG)).astimezone(HONG_KONG)
    except (ValueError, OverflowError):
        raise SandboxError(f"{text!r} is no date and time: 2026-03-06 15:00.") from None
    check_year(at)
    return at


def check_year(at: datetime) -> None:
    """Raise SandboxError for a year so odd that reckoning with days would fail."""
    if not _YEARS[0] <= at.year <= _YEARS[1]:
        raise SandboxError(f"The year is from {_YEARS[0]} to {_YEARS[1]}.")


class Clock:
    """Business time of the exchange; the offset survives a restart."""

    def __init__(self, state: Path) -> None:
        self._path = state / "clock.json"
        self.offset = timedelta()
        if self._path.exists():
            seconds = json.loads(self._path.read_text())["offset_seconds"]
            self.offset = timedelta(seconds=seconds)

    def now(self) -> datetime:
        """The present moment at the exchange, in Hong Kong."""
        return (datetime.now(UTC) + self.offset).astimezone(HONG_KONG)

    def today(self) -> date:
        """The Hong Kong day."""
        return self.now().date()

    def shift(self, offset_seconds: float) -> None:
        """Stand `offset_seconds` away from the real clock."""
        offset = timedelta(seconds=offset_seconds)
        check_year(datetime.now(UTC) + offset)  # OverflowError if absurd
        self.offset = offset
        write_atomically(self._path, json.dumps({"offset_seconds": offset_seconds}))
