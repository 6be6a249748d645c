"""What a day of the calendar means for the hours of RAP and RRS."""

import datetime as dt

from keys import service_hours
from keys.service_hours import Service
from portal.exchange.hktime import hk_time
from portal.tradingdays.calendar import Calendar
from portal.tradingdays.effects import Effect

_SHOWN = (
    ("RAP, RRS", Service.REPORTS),
    ("CCMS", Service.CCMS),
)


def of_day(day: dt.date, calendar: Calendar) -> list[Effect]:
    return [Effect(name, _hours(service, day, calendar)) for name, service in _SHOWN]


def _hours(service: Service, day: dt.date, calendar: Calendar) -> str:
    found = service_hours.window("RAP", service, day, calendar)
    if found is None:
        return "closed"
    opens, closes = (hk_time(at) for at in found)
    at_midnight = closes.date() > day and closes.time() == dt.time(0)
    ends = "24:00" if at_midnight else f"{closes:%H:%M}"
    return f"{opens:%H:%M} to {ends}"
