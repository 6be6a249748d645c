"""Ends of credentials as an iCalendar file (RFC 5545), by the icalendar library."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from icalendar import Alarm, Calendar, Event

PRODUCT = "-//Participant Portal//Expiries//EN"
REFRESH = dt.timedelta(hours=12)
DAY = dt.timedelta(1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One whole-day event; its `uid` stays the same from one reading to the next."""

    uid: str
    on: dt.date
    title: str
    text: str


def written(entries: Iterable[Entry], now: dt.datetime) -> bytes:
    """The file; `now` (aware) is when it was made."""
    whole = Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    whole.add("x-wr-calname", "What expires at HKEX")
    whole.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries:
        whole.add_component(_event(entry, now))
    return bytes(whole.to_ical())


def _event(entry: Entry, now: dt.datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", now.astimezone(dt.UTC).replace(microsecond=0))
    event.add("dtstart", entry.on)
    event.add("dtend", entry.on + DAY)
    event.add("summary", entry.title)
    event.add("description", entry.text)
    event.add("transp", "TRANSPARENT")
    event.add_component(_reminder(entry.title))
    return event


def _reminder(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", dt.timedelta(days=-14))
    return alarm
