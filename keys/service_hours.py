"""When the services of RAP and RRS are open, by the exchange's calendar.

07:00 to 03:30 on trading days, the night belonging to the day before it; CCMS 07:15
to 24:00 on trading days and to 13:00 on Saturdays that are no public holiday (Guide C
§4.1, Guide B §4.1). ECP's guide tells of no hours. Half trading days have the same.
"""

import datetime as dt
from collections.abc import Iterator
from enum import StrEnum

from portal.exchange.hktime import HONG_KONG, hk_day, hk_time
from portal.tradingdays.calendar import Calendar, DayKind

ECP = "ECP"
_SATURDAY = 5
_DAY = dt.timedelta(1)
Span = tuple[dt.timedelta, dt.timedelta]  # from midnight


class Service(StrEnum):
    REPORTS = "reports"  # DCASS and risk
    CCMS = "ccms"
    ANY = "any"  # at least one of them is open
    EVERY = "every"  # all of them surely are: keys, and folders of no known service


def _span(opens: str, hours: int, minutes: int) -> Span:
    begins = dt.time.fromisoformat(opens)
    return (
        dt.timedelta(hours=begins.hour, minutes=begins.minute),
        dt.timedelta(hours=hours, minutes=minutes),
    )


_ON_TRADING_DAYS = {
    Service.REPORTS: _span("07:00", 27, 30),
    Service.CCMS: _span("07:15", 24, 0),
    Service.ANY: _span("07:00", 27, 30),
    Service.EVERY: _span("07:15", 24, 0),
}
_ON_SATURDAYS = {
    Service.CCMS: _span("07:15", 13, 0),
    Service.ANY: _span("07:15", 13, 0),
}


def service_of(platform: str, folder: str) -> Service:
    """The one that fills a download folder; EVERY for the key folder and for folders
    that no guide names."""
    name = folder.upper()
    if platform == "RAP" and "CCMS" in name:
        return Service.CCMS
    if "KEY_MANAGEMENT" in name:
        return Service.EVERY
    known = platform == "RRS" or "DCASS" in name
    return Service.REPORTS if known else Service.EVERY


def is_open(
    platform: str, what: Service | str, now: dt.datetime, calendar: Calendar
) -> bool:
    """`what`: a Service, or a download folder of the platform."""
    return str(platform) == ECP or _current(platform, what, now, calendar) is not None


def opens_next(
    platform: str, what: Service | str, now: dt.datetime, calendar: Calendar
) -> dt.datetime:
    """`now` itself while it is open."""
    if is_open(platform, what, now, calendar):
        return now
    service, day = _service(platform, what), hk_day(now)
    while True:
        found = window(platform, service, day, calendar)
        if found is not None and found[0] > now:
            return found[0]
        day += _DAY


def closes_at(
    platform: str, what: Service | str, now: dt.datetime, calendar: Calendar
) -> dt.datetime | None:
    """The first moment in which it is closed again; None while it is closed now, and
    for what never closes."""
    if str(platform) == ECP:
        return None
    found = _current(platform, what, now, calendar)
    return found[1] if found else None


def window(
    platform: str, what: Service | str, day: dt.date, calendar: Calendar
) -> tuple[dt.datetime, dt.datetime] | None:
    """From when until when it is open as hours of `day`; the end is not included. A
    typhoon's times cut it at both ends."""
    spans = _ON_TRADING_DAYS if calendar.is_trading_day(day) else {}
    if day.weekday() == _SATURDAY and not _is_shut(day, calendar):
        spans = _ON_SATURDAYS
    span = spans.get(_service(platform, what))
    if span is None:
        return None
    midnight = dt.datetime.combine(day, dt.time(0), HONG_KONG)
    opens, closes = midnight + span[0], midnight + span[1]
    if late := calendar.opens_late(day):
        opens = max(opens, dt.datetime.combine(day, late, HONG_KONG))
    if early := calendar.closed_from(day):
        closes = min(closes, dt.datetime.combine(day, early, HONG_KONG))
    return (opens, closes) if opens < closes else None


def why_closed(
    platform: str, what: Service | str, now: dt.datetime, calendar: Calendar
) -> str:
    """For people, without a full stop: "RAP opens at 07:00", or "RAP opens on Monday
    23 November at 07:00: today is a public holiday (…)"; "" while it is open."""
    if is_open(platform, what, now, calendar):
        return ""
    opens = hk_time(opens_next(platform, what, now, calendar))
    today = hk_day(now)
    service = _service(platform, what)
    name = f"CCMS on {platform}" if service is Service.CCMS else str(platform)
    if opens.date() == today:
        late = calendar.opens_late(today)
        why = f": it opens late today{_because(today, calendar)}" if late else ""
        return f"{name} opens at {opens:%H:%M}{why}"
    on = f"{opens:%A} {opens.day} {opens:%B}"
    return f"{name} opens on {on} at {opens:%H:%M}: {_today(now, calendar)}"


def _service(platform: str, what: Service | str) -> Service:
    """RRS has no CCMS: its hours are those of the reports alone."""
    service = what if isinstance(what, Service) else service_of(str(platform), what)
    if str(platform) == "RRS" and service in (Service.ANY, Service.CCMS):
        return Service.REPORTS
    return service


def _current(
    platform: str, what: Service | str, now: dt.datetime, calendar: Calendar
) -> tuple[dt.datetime, dt.datetime] | None:
    """The window in which `now` lies: of today, or of the day before."""
    for found in _near(platform, what, hk_day(now), calendar):
        if found[0] <= now < found[1]:
            return found
    return None


def _near(
    platform: str, what: Service | str, day: dt.date, calendar: Calendar
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    for one in (day, day - _DAY):
        found = window(platform, what, one, calendar)
        if found is not None:
            yield found


def _is_shut(day: dt.date, calendar: Calendar) -> bool:
    closed = calendar.kind(day) is DayKind.CLOSED
    return closed or calendar.is_public_holiday(day)


def _today(now: dt.datetime, calendar: Calendar) -> str:
    """What of today keeps it closed."""
    day = hk_day(now)
    kind, why = calendar.kind(day), _because(day, calendar)
    if kind is DayKind.HOLIDAY:
        return f"today is a public holiday{why}"
    if kind is DayKind.CLOSED:
        return f"the exchange is closed today{why}"
    from_ = calendar.closed_from(day)
    if from_ and hk_time(now).time() >= from_:
        return f"the exchange is closed from {from_:%H:%M} today{why}"
    if day.weekday() >= _SATURDAY:
        return f"today is {day:%A}"
    return "its hours of today are over"


def _because(day: dt.date, calendar: Calendar) -> str:
    why = calendar.why(day)
    return f" ({why})" if why else ""
