"""Submissions for the pages: the list by key, and one with everything."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from portal.approvals.models import Approval, ApprovalStatus
from portal.people.models import Participant
from transfers.models import Attempt, Decision, ResultFile, Submission
from transfers.states import IN_FLIGHT

PAGE = 25
RESULTS_SHOWN = 20  # of one submission; the first decides, the pack has all


@dataclass(frozen=True)
class Page:
    """`next_key` goes into the next page's `after`; empty at the end."""

    rows: Sequence[Submission]
    next_key: str


@dataclass(frozen=True)
class Whole:
    """One submission and everything its page shows: six queries."""

    submission: Submission
    attempts: Sequence[Attempt]
    results: Sequence[ResultFile]
    decisions: Sequence[Decision]
    approvals: Sequence[Approval]  # of it and of its decisions, oldest first
    replacement: Submission | None

    @property
    def approval(self) -> Approval | None:
        """The one that waits for its approver."""
        waiting = (a for a in self.approvals if a.status == ApprovalStatus.PENDING)
        return next(waiting, None)


def page(
    participant: Participant,
    *,
    after: str = "",
    status: str = "",
    file_id: str = "",
    day: dt.date | None = None,
) -> Page:
    """Newest first, by key (`after` is an earlier page's `next_key`; one that is
    malformed begins at the start)."""
    wanted = {"status": status, "file_id": file_id, "day": day}
    rows = Submission.objects.filter(
        _after(after),
        participant=participant,
        **{name: value for name, value in wanted.items() if value},
    ).select_related("identity", "participant", "created_by")
    found = list(rows.order_by("-created_at", "-pk")[: PAGE + 1])
    more = len(found) > PAGE
    return Page(found[:PAGE], _key(found[PAGE - 1]) if more else "")


def whole(participant: Participant, pk: uuid.UUID) -> Whole | None:
    """None for another participant's, so that the view answers 404."""
    submission = (
        Submission.objects.select_related(
            "participant", "identity", "account__facility", "created_by", "replaces"
        )
        .filter(participant=participant, pk=pk)
        .first()
    )
    if submission is None:
        return None
    decisions = list(
        submission.decisions.select_related("made_by", "approval").order_by("made_at")
    )
    about = [submission.pk, *(decision.pk for decision in decisions)]
    return Whole(
        submission,
        list(submission.attempts.select_related("host")),
        list(submission.results.order_by("seen_at", "name")[:RESULTS_SHOWN]),
        decisions,
        list(
            Approval.objects.filter(object_pk__in=about)
            .select_related("requested_by", "decided_by")
            .order_by("requested_at")
        ),
        submission.replacements.order_by("-created_at").first(),
    )


def in_flight(participant: Participant) -> list[Submission]:
    """Queued, uploading, awaiting acknowledgment or unconfirmed, oldest first."""
    return list(
        Submission.objects.filter(participant=participant, status__in=IN_FLIGHT)
        .select_related("identity", "participant", "account__facility")
        .order_by("queued_at", "pk")[:PAGE]
    )


def _key(row: Submission) -> str:
    return f"{row.created_at.isoformat()}~{row.pk}"


def _after(key: str) -> Q:
    moment, _, pk = key.partition("~")
    try:
        at, last = dt.datetime.fromisoformat(moment), uuid.UUID(pk)
        if at.utcoffset() is None:
            return Q()
        at = at.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return Q()
    return Q(created_at__lt=at) | Q(created_at=at, pk__lt=last)
