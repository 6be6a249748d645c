"""The strip's cells: each facility's hours, site and whether it answers."""

import datetime as dt

from django.conf import settings

from keys import service_hours
from keys.models import Facility, Platform
from keys.service_hours import Service
from portal import clock
from portal.exchange.hktime import hk_day, hk_time
from portal.pages.registry import StripCell
from portal.people.guards import Acting
from portal.tradingdays.calendar import Calendar
from portal.tradingdays.selectors import calendar_at
from transfers.spec import windows
from transfers.spec.catalogue import FILE_IDS
from transfers.spec.windows import Window

DAY = dt.timedelta(days=1)


def cells(acting: Acting) -> list[StripCell]:
    """One cell a facility with an account of the participant: one query, and one for
    the calendar where RAP or RRS is among them."""
    rows = (
        Facility.objects.filter(
            accounts__participant=acting.participant, accounts__is_enabled=True
        )
        .distinct()
        .order_by("name")
    )
    now, found = clock.now(), list(rows)
    keeps_hours = any(row.platform != Platform.ECP for row in found)
    known = calendar_at(now) if keeps_hours else Calendar()
    return [_cell(row, now, known) for row in found]


def _cell(facility: Facility, now: dt.datetime, known: Calendar) -> StripCell:
    status, word, more = _state(facility, now, known)
    return StripCell(
        name=facility.name,
        site=facility.active_site,
        site_word=facility.get_active_site_display(),
        status=status,
        word=word,
        more=more,
    )


def _state(
    facility: Facility, now: dt.datetime, known: Calendar
) -> tuple[str, str, str]:
    if facility.halted_since is not None:
        since = f"{hk_time(facility.halted_since):%H:%M}"
        return "bad", "Failed", f"host key changed, nothing sent since {since}"
    if facility.unreachable_since is not None:
        return (
            "bad",
            "Not reachable",
            f"since {hk_time(facility.unreachable_since):%H:%M}",
        )
    if facility.platform == Platform.ECP:
        return hours(_windows(), now)
    return report_hours(facility.platform, now, known)


def hours(all_windows: list[Window], now: dt.datetime) -> tuple[str, str, str]:
    """Open while any File ID is taken; else when the first one is again."""
    day = hk_day(now)
    closes = [w.closes_at(day) for w in all_windows if w.is_open(now)]
    if closes:
        last = max(closes)
        at = "24:00" if hk_day(last) != day else f"{hk_time(last):%H:%M}"
        return "ok", f"Open until {at}", ""
    later = [w.opens_at(d) for w in all_windows for d in (day, day + DAY)]
    return _closed(min(at for at in later if at > now), day)


def report_hours(
    platform: str, now: dt.datetime, known: Calendar
) -> tuple[str, str, str]:
    """Open while one of the platform's services is."""
    closes = service_hours.closes_at(platform, Service.ANY, now, known)
    if closes is None:
        opens = service_hours.opens_next(platform, Service.ANY, now, known)
        return _closed(opens, hk_day(now))
    whole = service_hours.is_open(platform, Service.REPORTS, now, known)
    return "ok", f"Open until {hk_time(closes):%H:%M}", "" if whole else "CCMS only"


def _closed(opens: dt.datetime, today: dt.date) -> tuple[str, str, str]:
    first = hk_time(opens)
    named = "" if first.date() == today else f"{first:%a} {first.day} {first:%b}, "
    return "idle", "Closed", f"opens {named}{first:%H:%M}"


def _windows() -> list[Window]:
    return [
        windows.window(name, settings.SUBMISSION_WINDOWS, settings.DEPLOYMENT)
        for name in FILE_IDS
    ]
