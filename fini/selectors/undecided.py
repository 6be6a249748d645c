"""Unconfirmed records of which FINI's list does not tell, and what is said of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from fini import codes
from fini.codes import Labels
from fini.models import Batch, CodeKind, EipoSubscription, RecordDecision, Sending
from fini.selectors import records
from fini.selectors.records import Masked
from fini.states import SubscriptionStatus
from portal.approvals.models import ApprovalStatus

# Two fields each in a form, of which Django takes a thousand.
SHOWN = 400
MOST_LISTED = 3  # entries beside one record
EARLIER = 20


@dataclass(frozen=True)
class Listed:
    """An entry of FINI's without an own reference, which may be this record."""

    record_id: str
    status: str
    has_document: bool  # the same one as this record


@dataclass(frozen=True)
class Line:
    """`more` entries than `listed` may be it. `said`: the recordID of a decision.
    `is_unread`: an empty `listed` does not mean that FINI has nothing."""

    masked: Masked
    listed: Sequence[Listed] = ()
    more: int = 0
    said: str = ""
    is_unread: bool = False


@dataclass(frozen=True)
class Page:
    """`pending` waits for its approver, and `lines` are its records; without one they
    are the first of `total` that a person may decide on."""

    total: int
    pending: RecordDecision | None
    lines: Sequence[Line] = field(repr=False)
    earlier: Sequence[RecordDecision] = field(repr=False)


def rows(batch: Batch) -> QuerySet[EipoSubscription]:
    """Unconfirmed, and FINI was asked about them and did not tell."""
    return EipoSubscription.objects.filter(
        batch=batch,
        participant=batch.participant_id,
        status=SubscriptionStatus.UNCONFIRMED,
        sending__looked_up_at__isnull=False,
    ).order_by("row")


def pending(batch: Batch) -> RecordDecision | None:
    """The one that waits for its approver."""
    waiting = RecordDecision.objects.filter(
        batch=batch, approval__status=ApprovalStatus.PENDING
    )
    asked = ("made_by", "approval__requested_by", "approval__participant")
    return waiting.select_related(*asked).first()


def page(batch: Batch, labels: Labels) -> Page:
    """Five queries at most."""
    asked, open_ones = pending(batch), rows(batch)
    said: Mapping[str, str] = asked.records if asked else {}
    shown = open_ones.filter(row__in=[int(row) for row in said]) if asked else open_ones
    found = list(shown.select_related("target")[:SHOWN])
    sendings = Sending.objects.in_bulk({row.sending_id for row in found})
    earlier = RecordDecision.objects.filter(batch=batch).exclude(
        approval__status=ApprovalStatus.PENDING
    )
    people = ("made_by", "approval__decided_by")
    return Page(
        open_ones.count(),
        asked,
        [_line(row, sendings, said, labels) for row in found],
        list(earlier.select_related(*people).order_by("-made_at")[:EARLIER]),
    )


def _line(
    row: EipoSubscription,
    sendings: Mapping[object, Sending],
    said: Mapping[str, str],
    labels: Labels,
) -> Line:
    kept = sendings[row.sending_id].listed
    listed = [
        Listed(
            entry["record_id"],
            codes.label(CodeKind.SUB_FLOW_STATUS, entry["status"], labels),
            row.row in entry["rows"],
        )
        for entry in kept
        if entry["ipo_id"] == row.ipo_id and entry["quantity"] in (row.quantity, None)
    ]
    listed.sort(key=lambda one: not one.has_document)
    masked = records.masked(row, labels)
    more = max(len(listed) - MOST_LISTED, 0)
    told = said.get(str(row.row), "")
    return Line(masked, listed[:MOST_LISTED], more, told, is_unread=not kept)
