"""Why a file that was seen is not kept yet: of its own, or of its account."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from portal.alerts.models import Alert
from portal.exchange.hktime import hk_day
from portal.pages.words import hk_when
from portal.people.models import Participant
from transfers.models import RetrievedFile
from transfers.selectors import heartbeats, retrieved
from transfers.selectors.fetching import State

DISABLED = "The account is disabled: nobody visits it. Have it enabled."
SILENT = "No worker is at work, so nobody visits. Tell those who run the portal."
UNPLANNED = "No visit is planned. Ask for one, or add a schedule."
ASKED = "A visit is asked for and is made next."
LEFT_OUT = "names-left-out"  # the alert's kind
SHOWN = 20


@dataclass(frozen=True)
class Waiting:
    row: RetrievedFile
    why: str


def waiting(
    participant: Participant, states: Iterable[State], now: dt.datetime
) -> list[Waiting]:
    """Each with the one thing that is in its way."""
    rows = retrieved.waiting(participant)
    of = {state.account.pk: state for state in states}
    silent = bool(rows) and heartbeats.workers_are_silent()
    return [
        Waiting(row, row.sentence or _why(of.get(row.account_id), silent, now))
        for row in rows
    ]


def left_out(participant: Participant) -> list[Alert]:
    """What is listed and cannot be fetched, folder by folder, as Today tells it."""
    rows = Alert.objects.filter(
        participant=participant, kind=LEFT_OUT, resolved_at=None
    )
    return list(rows.order_by("title")[:SHOWN])


def _why(state: State | None, silent: bool, now: dt.datetime) -> str:
    if state is None:
        return DISABLED
    if silent:
        return SILENT
    if state.why_not:
        return f"{state.why_not} It is fetched once nothing is in its way."
    if state.status == "bad":
        return f"The last visit failed. {state.last_error}"
    return ASKED if state.is_wanted else _planned(state, now)


def _planned(state: State, now: dt.datetime) -> str:
    if state.next_at is None:
        return UNPLANNED
    when = hk_when(max(state.next_at, now), hk_day(now))
    return f"It waits for the next planned visit, at {when}."
