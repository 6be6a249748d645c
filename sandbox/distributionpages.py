"""The console's part about what goes out: daily script, files, counters, outages."""

from datetime import date, timedelta
from html import escape
from typing import TYPE_CHECKING, Any

from sandbox import counters, distribution, publishing
from sandbox.faults import CHOICES
from sandbox.markup import choice_field, form, moment, table, text_field
from sandbox.shelf import BoxFile

if TYPE_CHECKING:
    from sandbox.exchange import Exchange

_SHOWN = 20


def section(exchange: "Exchange", csrf: str) -> str:
    """All four."""
    return (
        _script(exchange.script.view(), csrf)
        + _distributed(exchange)
        + _counters(counters.view(exchange)["accounts"])
        + _outages(exchange, csrf)
    )


def _script(view: dict[str, Any], csrf: str) -> str:
    """The switch, and what comes next."""
    told = "The daily script is off."
    if view["on"]:
        told = f"The daily script is on; next at {moment(view['next_at'] or '')}."
    days = text_field("days_back", "days_back", "With the files of days before", 0)
    switch = form("/script", csrf, days, ("Switch on", "on"))
    if view["on"]:
        switch = form("/script", csrf, "", ("Switch off", "off"))
    return f"<h2>Daily script</h2><p>{escape(told)}</p>{switch}"


def _distributed(exchange: "Exchange") -> str:
    shelf, today = exchange.journal.shelf, exchange.clock.today()
    rows = []
    for file in shelf.shared(_SHOWN):
        shown = publishing.view(file)
        rows.append(
            (
                moment(shown["placed_at"]),
                shown["platform"],
                "all" if shown["participant"] == "*" else shown["participant"],
                shown["path"],
                shown["subject"],
                shown["size"],
                shown["last_day"],
                "there" if _is_there(file, today) else "removed",
            )
        )
    head = ("Distributed", "Platform", "Participant", "Path", "Subject")
    caption = f"Distributed (latest of {shelf.count_shared()})"
    return table(caption, (*head, "Bytes", "Last day", "State"), rows)


def _is_there(file: BoxFile, today: date) -> bool:
    last = distribution.last_day(file.folder, file.placed_at.date())
    return not file.gone and today <= last


def _counters(accounts: dict[str, dict[str, Any]]) -> str:
    rows = (
        (
            login,
            one["logins"],
            one["most_logins_in_five_minutes"],
            one["open_sessions"],
            one["displaced"],
            _by_name(one["refused_logins"]),
            one["out_of_hours_logins"],
            sum(entry["whole"] > 0 for entry in one["downloads"]),
            sum(entry["whole"] > 1 for entry in one["downloads"]),
            sum(entry["partial"] for entry in one["downloads"]),
        )
        for login, one in accounts.items()
    )
    head = ("Login", "Logins", "Most in 5 minutes", "Open sessions", "Displaced")
    more = ("Refused", "Out of hours", "Files read whole", "More than once", "In part")
    return table("Counters", (*head, *more), rows)


def _by_name(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items()) or "none"


def _outages(exchange: "Exchange", csrf: str) -> str:
    """By the exchange's clock."""
    rows = (
        (moment(o["since"]), moment(o["until"]), o["site"], o["platform"] or "all")
        for o in (outage.view() for outage in exchange.outages)
    )
    now = exchange.clock.now()
    since, until = (f"{at:%Y-%m-%d %H:%M}" for at in (now, now + timedelta(hours=1)))
    fields = (
        choice_field("outage-site", "site", "site", CHOICES["site_down", "site"])
        + text_field("outage-since", "since", "since (Hong Kong)", since)
        + text_field("outage-until", "until", "until", until)
        + choice_field(
            "outage-platform",
            "platform",
            "only this platform (empty: all)",
            ("", *CHOICES["site_down", "platform"]),
        )
    )
    return table("Outages", ("Since", "Until", "Site", "Platform"), rows) + form(
        "/outages", csrf, fields, ("Add the outage", ""), ("No outages", "off")
    )
