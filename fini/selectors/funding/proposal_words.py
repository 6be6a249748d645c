"""The status words of proposals and of their transactions (design.md's vocabulary)."""

from collections import Counter
from dataclasses import dataclass

from fini.states import DecisionStatus, ProposalStatus

D, P = DecisionStatus, ProposalStatus


@dataclass(frozen=True, slots=True)
class Words:
    """`s` is a `data-s`."""

    s: str
    word: str


_OPEN = {
    P.AWAITING_APPROVAL: Words("idle", "Awaiting approval"),
    P.QUEUED: Words("idle", "Queued"),
    P.SENDING: Words("run", "Sending"),
    P.DECLINED: Words("idle", "Declined, sent back"),
    P.WITHDRAWN: Words("idle", "Withdrawn"),
    P.LAPSED: Words("idle", "Lapsed"),
}
_DECISIONS = {
    D.PROPOSED: Words("idle", "Awaiting approval"),
    D.QUEUED: Words("idle", "Queued"),
    D.SENT: Words("run", "Sending"),
    D.DONE: Words("ok", "Done"),
    D.REFUSED: Words("bad", "Exception"),
    D.UNCONFIRMED: Words("hold", "Unconfirmed"),
    D.DROPPED: Words("idle", "Not submitted"),
}


def of_proposal(status: ProposalStatus, tally: Counter[str]) -> Words:
    """The worst of what became of its transactions, once it has ended."""
    if status != P.ENDED:
        return of_open(status)
    if tally[D.UNCONFIRMED]:
        return Words("hold", f"Unconfirmed, {tally[D.UNCONFIRMED]:,}")
    if tally[D.REFUSED]:
        return Words("bad", f"Exception, {tally[D.REFUSED]:,}")
    if tally[D.DROPPED]:
        return Words("bad", f"Failed, {tally[D.DROPPED]:,} not sent")
    return Words("ok", "Done")


def of_open(status: ProposalStatus) -> Words:
    return _OPEN[status]


def of_decision(status: DecisionStatus) -> Words:
    return _DECISIONS[status]
