"""What the sandbox distributed, worked out anew: each version's content, how long it
was there, and whether anybody could have fetched it."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from keys import service_hours
from portal.exchange.hktime import HONG_KONG
from portal.tradingdays.calendar import Calendar, service_day
from sandbox import contents
from tests.sandbox.passing import Span
from transfers.models import RetrievedFile

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
# What is open so long is looked at, by the schedules that accounts have by themselves.
LOOKED_AT = {"ECP": 16 * MINUTE, "RAP": 31 * MINUTE, "RRS": 31 * MINUTE}


@dataclass(frozen=True, order=True)
class Version:
    platform: str
    path: str
    size: int
    at: dt.datetime

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


def of_row(row: RetrievedFile) -> Version:
    path = f"{row.folder}/{row.name}"
    return Version(row.platform, path, row.size, row.modified_at)


def of_entry(entry: dict[str, Any], platform: str) -> Version:
    """As GET /control/distributed and the counters have it; SFTP tells no more than
    the second."""
    at = dt.datetime.fromisoformat(entry["placed_at"]).replace(microsecond=0)
    return Version(platform, entry["path"], entry["size"], at.astimezone(HONG_KONG))


class Distributed:
    """Every version that ever lay there, with its true SHA-256 (upper case); `given`:
    by name, the contents that no script made."""

    def __init__(
        self, entries: Iterable[dict[str, Any]], given: dict[str, list[bytes]]
    ) -> None:
        self.sha256: dict[Version, str] = {}
        self._gone_at: dict[Version, dt.datetime] = {}
        for entry in entries:
            version = of_entry(entry, entry["platform"])
            self.sha256[version] = _sha256(version, given)
            last = dt.date.fromisoformat(entry["last_day"])
            self._gone_at[version] = dt.datetime.combine(
                last + DAY, dt.time(), HONG_KONG
            )

    def could_be_fetched(
        self, calendar: Calendar, spans: list[Span], end: dt.datetime
    ) -> set[Version]:
        """Those that were there, in the hours of their folder and with a site up, for
        as long as lies between two looks."""
        found = set()
        for version in self.sha256:
            shut = [one for one in spans if one.shuts(version.platform)]
            if self._is_open_long_enough(version, calendar, shut, end):
                found.add(version)
        return found

    def _is_open_long_enough(
        self, of: Version, calendar: Calendar, shut: list[Span], end: dt.datetime
    ) -> bool:
        moment, until, run = of.at, min(self._gone_at[of], end), dt.timedelta()
        while moment < until and run <= LOOKED_AT[of.platform]:
            is_up = not any(one.since <= moment < one.until for one in shut)
            is_open = service_hours.is_open(of.platform, of.folder, moment, calendar)
            run = run + MINUTE if is_up and is_open else dt.timedelta()
            moment += MINUTE
        return run > LOOKED_AT[of.platform]


def _sha256(version: Version, given: dict[str, list[bytes]]) -> str:
    for content in given.get(version.name, []):
        if len(content) == version.size:
            return hashlib.sha256(content).hexdigest().upper()
    return contents.sha256(version.name, service_day(version.at)).upper()
