"""Service hours by the calendar as it is now: when open, and why closed in words."""

import datetime as dt
from collections.abc import Iterable

from keys import service_hours
from keys.models import SftpAccount
from keys.service_hours import ECP, Service
from portal.tradingdays.calendar import Calendar
from portal.tradingdays.selectors import calendar_at

AT_ONCE = dt.timedelta(0)


def opens_next(
    platform: str, now: dt.datetime, stay: dt.timedelta = AT_ONCE
) -> dt.datetime:
    """When all services of the platform are open, and stay so for a while; `now`
    itself while they do. One query, none at ECP."""
    if str(platform) == ECP:
        return now
    known = calendar_at(now)
    opens = service_hours.opens_next(platform, Service.EVERY, now, known)
    closes = service_hours.closes_at(platform, Service.EVERY, opens, known)
    if closes is None or opens + stay < closes:
        return opens
    return service_hours.opens_next(platform, Service.EVERY, closes, known)


def closed_because(
    account: SftpAccount,
    now: dt.datetime,
    folders: Iterable[str] = (),
    calendar: Calendar | None = None,
) -> str:
    """Why nothing can be fetched for the account just now: "RAP opens at 07:00", and
    "" while one of its `folders` is open (of all that the platform may have, when
    none is named). One query, none at ECP or with a calendar."""
    platform = account.facility.platform
    if str(platform) == ECP:
        return ""
    known = calendar or calendar_at(now)
    return closed_now(platform, now, known, folders)


def keys_wait_because(account: SftpAccount, now: dt.datetime) -> str:
    """The same of logins with new keys, which wait until all services are open."""
    platform = account.facility.platform
    if str(platform) == ECP:
        return ""
    return service_hours.why_closed(platform, Service.EVERY, now, calendar_at(now))


def closed_now(
    platform: str, now: dt.datetime, calendar: Calendar, folders: Iterable[str] = ()
) -> str:
    """The sentence of the one that opens first; "" while any is open."""
    asked = tuple(folders) or (Service.ANY,)
    first = min(
        asked, key=lambda one: service_hours.opens_next(platform, one, now, calendar)
    )
    return service_hours.why_closed(platform, first, now, calendar)
