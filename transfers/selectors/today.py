"""What Today shows of submissions: what is due, and what is in flight."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings

from portal import clock
from portal.exchange.hktime import hk_day
from portal.people.guards import Acting
from portal.people.models import Identity, Participant, Role
from transfers.models import Submission
from transfers.selectors.heartbeats import workers_are_silent
from transfers.selectors.next_steps import Step, next_step
from transfers.selectors.state_words import StateWords, state_words
from transfers.selectors.submissions import in_flight
from transfers.spec import catalogue, windows
from transfers.spec.catalogue import FileId
from transfers.states import SubmissionStatus

S = SubmissionStatus
NOT_SUBMITTED = StateWords("idle", "Not submitted")
SETTLED = (S.ACCEPTED, S.SAID_RECEIVED)
SOON = dt.timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class DueRow:
    """One obligation of one identity for today."""

    entry: FileId
    identity: Identity
    closes_at: dt.datetime
    left: dt.timedelta
    submission: Submission | None
    state: StateWords
    step: Step | None

    @property
    def is_done(self) -> bool:
        return self.submission is not None and self.submission.status in SETTLED

    @property
    def tone(self) -> str:
        """The row's `data-s`: its state's if bad, else a warning when time is short."""
        if self.state.status in ("bad", "hold"):
            return self.state.status
        waits = self.submission is None and dt.timedelta(0) < self.left <= SOON
        return "warn" if waits else ""


@dataclass(frozen=True, slots=True)
class Flight:
    """One submission that moves or waits for HKEX or a person."""

    submission: Submission
    state: StateWords


def due_today(acting: Acting) -> dict[str, object]:
    """{"rows": [DueRow], "done": int}: two queries."""
    rows = due_rows(acting.participant, clock.now(), acting.roles)
    return {"rows": rows, "done": sum(row.is_done for row in rows)}


def due_rows(
    participant: Participant, now: dt.datetime, roles: Collection[Role] = ()
) -> list[DueRow]:
    """`roles` are those of who looks: they choose the row's next step."""
    latest = _latest(participant, hk_day(now))
    identities = list(participant.identities.order_by("kind", "code"))
    return [
        _row(entry, identity, latest.get((entry.file_id, identity.pk)), now, roles)
        for entry in catalogue.ENTRIES
        for identity in identities
        if identity.kind == entry.identity_kind
        and not (entry.wings_barred and participant.uses_wings)
    ]


def flights(acting: Acting) -> dict[str, object]:
    """{"flights": [Flight], "queued": int, "silent": bool}: two queries."""
    rows = in_flight(acting.participant)
    return {
        "flights": [Flight(row, state_words(row)) for row in rows],
        "queued": sum(row.status == S.QUEUED for row in rows),
        "silent": workers_are_silent(),
    }


def _latest(
    participant: Participant, day: dt.date
) -> dict[tuple[str, object], Submission]:
    """By File ID and identity: what HKEX has, else the latest try."""
    rows = Submission.objects.filter(participant=participant, day=day).order_by(
        "created_at", "pk"
    )
    found: dict[tuple[str, object], Submission] = {}
    for row in rows:
        key = (row.file_id, row.identity_id)
        if key not in found or found[key].status != S.ACCEPTED:
            found[key] = row
    return found


def _row(
    entry: FileId,
    identity: Identity,
    submission: Submission | None,
    now: dt.datetime,
    roles: Collection[Role],
) -> DueRow:
    window = windows.window(
        entry.file_id, settings.SUBMISSION_WINDOWS, settings.DEPLOYMENT
    )
    closes_at = window.closes_at(hk_day(now))
    state = state_words(submission) if submission else NOT_SUBMITTED
    left, step = closes_at - now, next_step(submission, roles)
    return DueRow(entry, identity, closes_at, left, submission, state, step)
