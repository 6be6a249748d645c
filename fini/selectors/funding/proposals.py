"""Proposals for the pages: the newest, one with its decisions, what waits for whom."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from fini import names
from fini.funding.totals import Totals, totals
from fini.models import FundingDecision, FundingProposal, Profile
from fini.selectors.funding import lines, proposal_words
from fini.selectors.funding.proposal_words import Words
from fini.states import DecisionStatus, ProposalStatus
from portal.approvals.models import Approval, ApprovalStatus
from portal.people.guards import Acting
from portal.people.models import Participant, Role

D, P = DecisionStatus, ProposalStatus
SHOWN, PAGE = 20, 100
KIND = "fini-funding"  # of its approvals, as services.funding.binding says


@dataclass(frozen=True, slots=True)
class Decided:
    """One transaction of a proposal as the table shows it."""

    row: FundingDecision
    is_confirmed: bool
    outcome: Words

    @property
    def firm_id(self) -> str:
        return lines.firm_id(self.row.line)


@dataclass(frozen=True, slots=True)
class Whole:
    """A proposal and what its page shows; `tally` counts decisions by status."""

    row: FundingProposal
    totals: Totals
    tally: Counter[str]
    decided: Sequence[Decided]
    next_key: str

    @property
    def done(self) -> int:
        return self.tally[D.DONE]

    @property
    def words(self) -> Words:
        return proposal_words.of_proposal(P(self.row.status), self.tally)


@dataclass(frozen=True, slots=True)
class Summary:
    row: FundingProposal
    number: int
    words: Words


def one(participant: Participant, pk: uuid.UUID) -> FundingProposal | None:
    """None for another participant's."""
    rows = FundingProposal.objects.filter(participant=participant, pk=pk)
    return rows.select_related(
        *("participant", "profile", "profile__participant", "proposed_by"),
        *("decided_by", "approval", "approval__requested_by", "approval__decided_by"),
    ).first()


def whole(row: FundingProposal, after: str = "") -> Whole:
    """Two queries, however many transactions it has."""
    every = list(row.decisions.values_list("code", "amount", "status"))
    later = row.decisions.filter(transaction_ref__gt=after).select_related("line")
    found = list(later.order_by("transaction_ref")[: PAGE + 1])
    shown = found[:PAGE]
    return Whole(
        row,
        totals((code, amount) for code, amount, _ in every),
        Counter(status for _, _, status in every),
        [_decided(one) for one in shown],
        shown[-1].transaction_ref if len(found) > PAGE else "",
    )


def recent(profile: Profile) -> list[Summary]:
    """The newest of a profile: two queries."""
    rows = list(
        FundingProposal.objects.filter(profile=profile)
        .select_related("proposed_by")
        .order_by("-number")[:SHOWN]
    )
    tallies: dict[uuid.UUID, Counter[str]] = {row.pk: Counter() for row in rows}
    counted = FundingDecision.objects.filter(proposal__in=rows).order_by()
    for pk, status, number in counted.values_list("proposal_id", "status").annotate(
        number=Count("pk")
    ):
        tallies[pk][status] = number
    return [
        Summary(
            row,
            tallies[row.pk].total(),
            proposal_words.of_proposal(P(row.status), tallies[row.pk]),
        )
        for row in rows
    ]


def waiting_for(acting: Acting) -> int:
    """How many wait for this person's decision: the count in the menu."""
    if Role.APPROVER not in acting.roles:
        return 0
    pending = Approval.objects.filter(
        participant=acting.participant, kind=KIND, status=ApprovalStatus.PENDING
    )
    return pending.exclude(requested_by=acting.user).count()


def panel(acting: Acting) -> dict[str, object]:
    """{"waiting": proposals to decide or on their way, soonest end first}: one query,
    two where something waits."""
    open_ones = FundingProposal.objects.filter(
        participant=acting.participant,
        status__in=[P.AWAITING_APPROVAL, P.QUEUED, P.SENDING],
    )
    rows = list(
        open_ones.select_related("proposed_by", "profile", "approval").order_by(
            "approval__expires_at", "number"
        )[:SHOWN]
    )
    return {"waiting": [(row, proposal_words.of_open(P(row.status))) for row in rows]}


def decide_until(row: FundingProposal) -> dt.datetime | None:
    """Until when it can be approved, or once it is, sent."""
    asked = row.approval
    if row.status == P.AWAITING_APPROVAL and asked is not None:
        return asked.expires_at
    if row.status in (P.QUEUED, P.SENDING) and asked is not None:
        return row.deadline or asked.expires_at
    return None


def _decided(row: FundingDecision) -> Decided:
    is_confirmed = row.code == names.FUNDING_CONFIRMED
    return Decided(row, is_confirmed, proposal_words.of_decision(D(row.status)))
