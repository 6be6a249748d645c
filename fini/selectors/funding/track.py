"""What happened to a proposal, step by step, out of the rows that tell it."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from fini.models import FundingProposal, Sending
from fini.states import DecisionStatus, ProposalStatus, SendingStatus

D, P, S = DecisionStatus, ProposalStatus, SendingStatus
_TONES = {
    S.PREPARED: ("wait", "idle", "Being sent"),
    S.OPENED: ("run", "run", "Sent to FINI"),
    S.ANSWERED: ("ok", "ok", "FINI answered"),
    S.REFUSED: ("bad", "bad", "FINI refused the request"),
    S.UNCONFIRMED: ("hold", "hold", "Sent, no clear answer"),
    S.RESOLVED: ("ok", "ok", "FINI was asked what it has"),
    S.DROPPED: ("off", "idle", "Not sent, tried again"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """icon: of the design. s: data-s. is_next: not yet, drawn dashed."""

    icon: str
    s: str
    title: str
    at: dt.datetime | None = None
    text: str = ""
    is_next: bool = False


def steps(row: FundingProposal, tally: Counter[str]) -> list[Step]:
    """In the order of time; the last ones are to come. One query."""
    sendings = Sending.objects.filter(decisions__proposal=row).distinct()
    return [
        Step("ok", "ok", "Fetched from FINI", row.fetched_at),
        Step("ok", "ok", f"Proposed by {row.proposed_by.username}", row.proposed_at),
        *_decision(row),
        *(_sending(one) for one in sendings.order_by("prepared_at")),
        *_end(row, tally),
        *_next(row),
    ]


def _decision(row: FundingProposal) -> Iterator[Step]:
    if row.decided_by is not None and row.decided_at is not None:
        name = row.decided_by.username
        yield Step("ok", "ok", f"Approved by {name}", row.decided_at)
    elif row.status in (P.DECLINED, P.WITHDRAWN, P.LAPSED):
        by = row.approval.decided_by if row.approval else None
        title = f"{P(row.status).label}{f' by {by.username}' if by else ''}"
        yield Step("off", "idle", title, row.ended_at, row.sentence)


def _sending(one: Sending) -> Step:
    icon, s, title = _TONES[S(one.status)]
    at = one.ended_at or one.opened_at or one.prepared_at
    transactions = f"{one.records:,} transaction{'' if one.records == 1 else 's'}"
    return Step(
        icon, s, title, at, ". ".join(filter(None, [transactions, one.sentence]))
    )


def _end(row: FundingProposal, tally: Counter[str]) -> Iterator[Step]:
    if row.status != P.ENDED:
        return
    whole = tally[D.DONE] == tally.total()
    text = f"{tally[D.DONE]:,} of {tally.total():,} done"
    yield Step(
        "ok" if whole else "bad", "ok" if whole else "bad", "Ended", row.ended_at, text
    )


def _next(row: FundingProposal) -> Iterator[Step]:
    if row.status == P.AWAITING_APPROVAL:
        by = f"By anyone but {row.proposed_by.username}"
        yield Step("wait", "idle", "Approval", text=by, is_next=True)
    if row.status in (P.AWAITING_APPROVAL, P.QUEUED):
        text = "One answer for each transaction"
        yield Step("wait", "idle", "Sent to FINI", text=text, is_next=True)
