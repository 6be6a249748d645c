"""The states of batches, subscriptions, sendings and funding, and the moves between
them."""

from collections.abc import Mapping

from django.db.models import TextChoices


class MoveNotAllowed(Exception):
    """The state table has no such move: somebody else was faster, or a defect."""


class Act(TextChoices):
    """What a batch asks of FINI (guide D, Requests 1)."""

    ADD = "add", "Add"
    CHANGE = "change", "Change"
    INVALIDATE = "invalidate", "Invalidate"


class BatchStatus(TextChoices):
    """`reading` and `sending` are a worker's; `ended` leaves nothing to do."""

    UPLOADED = "uploaded", "Columns to choose"
    READING = "reading", "Checking"
    UNREADABLE = "unreadable", "Unreadable"
    CHECKED = "checked", "Checked"
    AWAITING_APPROVAL = "awaiting_approval", "Awaiting approval"
    QUEUED = "queued", "Queued"
    SENDING = "sending", "Sending"
    ENDED = "ended", "Ended"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    LAPSED = "lapsed", "Lapsed"


class SubscriptionStatus(TextChoices):
    """`kept_back`: a problem keeps the row from being sent. `sent`: an answer is
    awaited. `changed` and `invalidated` tell of records that a later act ended.
    `abandoned`: two people have said that FINI does not have it."""

    DRAFTED = "drafted", "Drafted"
    KEPT_BACK = "kept_back", "Not sent"
    QUEUED = "queued", "Queued"
    SENT = "sent", "Sending"
    RECORDED = "recorded", "Recorded"
    REFUSED = "refused", "Exception"
    UNCONFIRMED = "unconfirmed", "Unconfirmed"
    CHANGED = "changed", "Changed"
    INVALIDATED = "invalidated", "Invalidated"
    WITHDRAWN = "withdrawn", "Withdrawn"
    ABANDONED = "abandoned", "Abandoned"


class SendingStatus(TextChoices):
    """One request to FINI. `prepared`: all ids are stored and nothing was sent.
    `opened`: the call was begun, and FINI may have it (the point of no return)."""

    PREPARED = "prepared", "Prepared"
    OPENED = "opened", "Sent"
    ANSWERED = "answered", "Answered"
    REFUSED = "refused", "Refused"
    UNCONFIRMED = "unconfirmed", "Unconfirmed"
    RESOLVED = "resolved", "Resolved"  # by a query, or by two people
    DROPPED = "dropped", "Never sent"


class ProposalStatus(TextChoices):
    """Of a funding proposal."""

    AWAITING_APPROVAL = "awaiting_approval", "Awaiting approval"
    QUEUED = "queued", "Queued"
    SENDING = "sending", "Sending"
    ENDED = "ended", "Ended"
    DECLINED = "declined", "Sent back"
    WITHDRAWN = "withdrawn", "Withdrawn"
    LAPSED = "lapsed", "Lapsed"


class DecisionStatus(TextChoices):
    """Of one transaction in a proposal."""

    PROPOSED = "proposed", "Proposed"
    QUEUED = "queued", "Queued"
    SENT = "sent", "Sending"
    DONE = "done", "Done at FINI"
    REFUSED = "refused", "Exception"
    UNCONFIRMED = "unconfirmed", "Unconfirmed"
    DROPPED = "dropped", "Not sent"


# A transaction in one of these may not be in a second proposal.
LIVE_DECISIONS = (
    *(DecisionStatus.PROPOSED, DecisionStatus.QUEUED),
    *(DecisionStatus.SENT, DecisionStatus.UNCONFIRMED),
)
_B, _S = BatchStatus, SubscriptionStatus
_C, _P, _D = SendingStatus, ProposalStatus, DecisionStatus
MOVES: Mapping[type[TextChoices], Mapping[str, frozenset[str]]] = {
    BatchStatus: {
        _B.UPLOADED: frozenset({_B.READING, _B.UNREADABLE, _B.WITHDRAWN}),
        _B.READING: frozenset({_B.CHECKED, _B.UNREADABLE, _B.WITHDRAWN, _B.UPLOADED}),
        _B.CHECKED: frozenset({_B.AWAITING_APPROVAL, _B.QUEUED, _B.WITHDRAWN}),
        _B.AWAITING_APPROVAL: frozenset(
            {_B.QUEUED, _B.DECLINED, _B.WITHDRAWN, _B.LAPSED}
        ),
        _B.QUEUED: frozenset({_B.SENDING, _B.WITHDRAWN, _B.ENDED}),
        _B.SENDING: frozenset({_B.QUEUED, _B.ENDED}),
    },
    SubscriptionStatus: {
        _S.DRAFTED: frozenset({_S.QUEUED, _S.WITHDRAWN}),
        # Refused unsent: its person does not open, or what it acts on is over.
        _S.QUEUED: frozenset({_S.SENT, _S.WITHDRAWN, _S.REFUSED}),
        _S.SENT: frozenset({_S.RECORDED, _S.REFUSED, _S.UNCONFIRMED, _S.QUEUED}),
        # Queued again only when a query has shown, or two people have said, that FINI
        # has not got it.
        _S.UNCONFIRMED: frozenset({_S.RECORDED, _S.REFUSED, _S.QUEUED, _S.ABANDONED}),
        _S.RECORDED: frozenset({_S.CHANGED, _S.INVALIDATED}),
    },
    SendingStatus: {
        _C.PREPARED: frozenset({_C.OPENED, _C.DROPPED}),
        _C.OPENED: frozenset({_C.ANSWERED, _C.REFUSED, _C.UNCONFIRMED, _C.DROPPED}),
        _C.UNCONFIRMED: frozenset({_C.RESOLVED}),
    },
    ProposalStatus: {
        _P.AWAITING_APPROVAL: frozenset(
            {_P.QUEUED, _P.DECLINED, _P.WITHDRAWN, _P.LAPSED}
        ),
        _P.QUEUED: frozenset({_P.SENDING, _P.ENDED}),
        _P.SENDING: frozenset({_P.QUEUED, _P.ENDED}),
    },
    DecisionStatus: {
        _D.PROPOSED: frozenset({_D.QUEUED, _D.DROPPED}),
        _D.QUEUED: frozenset({_D.SENT, _D.DROPPED}),
        _D.SENT: frozenset({_D.DONE, _D.REFUSED, _D.UNCONFIRMED, _D.QUEUED}),
        _D.UNCONFIRMED: frozenset({_D.DONE, _D.REFUSED, _D.QUEUED, _D.DROPPED}),
    },
}


def check_move(before: TextChoices, after: TextChoices) -> None:
    """Raises MoveNotAllowed for a move that is not in the table of its kind."""
    if after not in MOVES[type(after)].get(before, frozenset()):
        raise MoveNotAllowed(f"{before} → {after}")
