"""Proposing: the totals as they are, each transaction once, and nothing unknown."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from fini import names
from fini.models import FundingDecision, FundingLine, FundingProposal, Profile
from fini.refusals import Refusal
from fini.services.funding import binding, proposals
from fini.services.funding.selection import MOST, Wanted, select
from fini.states import DecisionStatus, ProposalStatus
from portal import clock
from portal.activity.models import Activity, Kind, Status
from portal.approvals import services as approvals
from portal.approvals.models import Approval, ApprovalStatus
from portal.people.models import Participant, User
from tests.conftest import person
from tests.fini import profile_builders
from tests.fini.funding import builders
from tests.fini.funding.builders import (
    HARBOUR,
    IPO,
    ISLAND,
    Fini,
    by,
    fetched,
    listed,
    proposed,
    wanted,
)

pytestmark = pytest.mark.django_db
Lines = list[FundingLine]


def test_a_proposal_freezes_the_totals(proposal: FundingProposal) -> None:
    assert f"{proposal.confirm_total:.2f}" == "13622445.00"
    assert f"{proposal.reject_total:.2f}" == "252267.50"
    assert proposal.status == ProposalStatus.AWAITING_APPROVAL
    codes = proposal.decisions.order_by("transaction_ref").values_list(
        "code", flat=True
    )
    assert list(codes) == ["20", "20", "20", "20", "30"]


def test_it_asks_another_person_and_says_what_for(
    proposal: FundingProposal, alice: User
) -> None:
    asked = Approval.objects.get()
    assert (asked.object_pk, asked.requested_by) == (proposal.pk, alice)
    assert asked.subject == (
        "EIPO funding, proposal 1 (confirm 4 with HK$ 13,622,445.00, "
        "reject 1 with HK$ 252,267.50)"
    )


def test_it_is_on_the_record(proposal: FundingProposal, alice: User) -> None:
    told = Activity.objects.filter(kind=Kind.FUNDING).latest("seq")
    assert told.description.startswith("Propose [proposal 1] for [IPO 1234]")
    assert (told.status, told.user) == (Status.PENDING, alice)
    assert f"fini-proposal:{proposal.pk}" in told.topics


def test_the_reason_stands_with_the_rejections_alone(proposal: FundingProposal) -> None:
    reasons = proposal.decisions.order_by("transaction_ref").values_list(
        "reason", flat=True
    )
    assert list(reasons) == ["", "", "", "", "Account short"]


def test_numbers_count_up_at_each_participant(
    profile: Profile, lines: Lines, alice: User, other_participant: Participant
) -> None:
    first = proposed(profile, alice, Wanted([lines[0].pk]))
    second = proposed(profile, alice, Wanted([lines[1].pk]))
    mallory = person("mallory", other_participant, is_operator=True)
    theirs = profile_builders.profile(
        other_participant,
        company_id=profile_builders.company_id(other_participant, "PEAK01"),
    )
    elsewhere = fetched(theirs, builders.fini())
    other = proposed(theirs, mallory, Wanted([elsewhere[0].pk]))
    assert [first.number, second.number, other.number] == [1, 2, 1]


def test_the_rest_of_a_bank_is_selected_as_a_whole(profile: Profile) -> None:
    many = [listed(n, bank=HARBOUR if n % 2 else ISLAND) for n in range(7)]
    lines = fetched(profile, builders.fini(*many))
    what = Wanted(reject=[lines[1].pk], rest_of=HARBOUR)
    found = select(profile, IPO, what, clock.now())
    codes = {one.line.transaction_ref: one.code for one in found.chosen}
    assert codes == {
        many[1]["transactionRef"]: names.FUNDING_REJECTED,
        many[3]["transactionRef"]: names.FUNDING_CONFIRMED,
        many[5]["transactionRef"]: names.FUNDING_CONFIRMED,
    }


def test_the_rest_of_a_bank_leaves_out_what_is_decided_or_proposed(
    profile: Profile, alice: User
) -> None:
    done = listed(3, preFundingStatus="20")
    lines = fetched(profile, builders.fini(listed(0), listed(1), listed(2), done))
    proposed(profile, alice, Wanted([lines[0].pk]))
    found = select(profile, IPO, Wanted(rest_of=HARBOUR), clock.now())
    assert [one.line for one in found.chosen] == lines[1:3]


def test_an_amount_that_is_not_known_is_not_proposed(profile: Profile) -> None:
    lines = fetched(profile, builders.fini(listed(0, amount=None)))
    with pytest.raises(Refusal, match="amount of 6398340114921 is not known"):
        select(profile, IPO, Wanted([lines[0].pk]), clock.now())


def test_nor_is_it_as_one_of_a_bank_s_rest(profile: Profile) -> None:
    fetched(profile, builders.fini(listed(0), listed(1, amount=None)))
    with pytest.raises(Refusal, match="is not known"):
        select(profile, IPO, Wanted(rest_of=HARBOUR), clock.now())


@pytest.mark.parametrize("status", ["20", "30", "", "99"])
def test_what_is_not_pending_is_not_proposed(profile: Profile, status: str) -> None:
    lines = fetched(profile, builders.fini(listed(0, preFundingStatus=status)))
    with pytest.raises(Refusal, match="not pending at FINI"):
        select(profile, IPO, Wanted([lines[0].pk]), clock.now())


def test_what_is_listed_no_more_is_not_proposed(profile: Profile, fini: Fini) -> None:
    lines = fetched(profile, fini)
    del fini.entries[lines[0].transaction_ref]
    fetched(profile, fini)
    with pytest.raises(Refusal, match="not pending at FINI"):
        select(profile, IPO, Wanted([lines[0].pk]), clock.now())


def test_nothing_after_its_deadline_is_proposed(profile: Profile) -> None:
    late = listed(0, deadline="2024-03-01 16:00:00")
    lines = fetched(profile, builders.fini(late, listed(1)))
    with pytest.raises(Refusal, match="deadline of 6398340114921 has passed"):
        select(profile, IPO, Wanted([line.pk for line in lines]), clock.now())


def test_what_is_marked_for_both_is_refused(profile: Profile, lines: Lines) -> None:
    pk = lines[0].pk
    with pytest.raises(Refusal, match="both to confirm and to reject"):
        select(profile, IPO, Wanted([pk], [pk]), clock.now())


def test_an_empty_selection_is_refused(profile: Profile, lines: Lines) -> None:
    with pytest.raises(Refusal, match="No transaction is selected"):
        select(profile, IPO, Wanted(), clock.now())


def test_another_participant_s_line_is_refused(
    profile: Profile, lines: Lines, other_participant: Participant
) -> None:
    theirs = profile_builders.profile(
        other_participant,
        company_id=profile_builders.company_id(other_participant, "PEAK01"),
    )
    elsewhere = fetched(theirs, builders.fini(listed(70)))
    with pytest.raises(Refusal, match="not among this IPO’s funding"):
        select(profile, IPO, Wanted([elsewhere[-1].pk]), clock.now())


def test_more_than_can_be_approved_at_once_is_refused(profile: Profile) -> None:
    now = clock.now()
    FundingLine.objects.bulk_create(
        FundingLine(
            profile=profile,
            ipo_id=IPO,
            transaction_ref=str(n),
            status="10",
            amount=Decimal(1),
            fetched_at=now,
        )
        for n in range(MOST + 1)
    )
    with pytest.raises(Refusal, match="More than 5,000"):
        select(profile, IPO, Wanted(rest_of=""), now)


def test_a_rejection_needs_a_reason(
    profile: Profile, lines: Lines, alice: User
) -> None:
    with pytest.raises(Refusal, match="no reason is given"):
        proposed(profile, alice, wanted(lines), reason=" ")
    assert not FundingProposal.objects.exists()


def test_what_changed_since_it_was_shown_is_refused(
    profile: Profile, lines: Lines, fini: Fini, alice: User
) -> None:
    what = wanted(lines)
    seen = select(profile, IPO, what, clock.now()).seen
    fini.entries[lines[0].transaction_ref]["amount"] = "2018140.01"
    fetched(profile, fini)
    with pytest.raises(Refusal, match="has changed since it was shown"):
        proposals.propose(
            profile,
            IPO,
            what,
            seen=seen,
            reason="Account short",
            acting=by(alice, profile),
            now=clock.now(),
        )


def test_a_transaction_is_in_one_live_proposal(
    profile: Profile, lines: Lines, proposal: FundingProposal, alice: User
) -> None:
    with pytest.raises(Refusal, match="in another proposal already"):
        proposed(profile, alice, Wanted([lines[2].pk]))
    assert FundingProposal.objects.count() == 1


@pytest.mark.parametrize(
    "status", [DecisionStatus.QUEUED, DecisionStatus.SENT, DecisionStatus.UNCONFIRMED]
)
def test_the_database_itself_refuses_a_second_one(
    proposal: FundingProposal, lines: Lines, status: DecisionStatus
) -> None:
    FundingDecision.objects.update(status=status)
    one = FundingDecision.objects.all()[0]
    other = FundingProposal.objects.create(
        participant=proposal.participant,
        profile=proposal.profile,
        number=2,
        ipo_id=IPO,
        confirm_total=one.amount,
        reject_total=0,
        fetched_at=clock.now(),
        proposed_by=proposal.proposed_by,
        proposed_at=clock.now(),
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        FundingDecision.objects.create(
            proposal=other,
            line=one.line,
            transaction_ref=one.transaction_ref,
            code="20",
            amount=one.amount,
        )


def test_after_a_withdrawal_it_can_be_proposed_again(
    profile: Profile, lines: Lines, proposal: FundingProposal, alice: User
) -> None:
    proposals.withdraw(proposal, by(alice, profile), clock.now())
    assert builders.again(proposal).status == ProposalStatus.WITHDRAWN
    assert Approval.objects.get().status == ApprovalStatus.WITHDRAWN
    assert proposed(profile, alice, wanted(lines)).number == 2


def test_only_who_proposed_it_withdraws_it(
    profile: Profile, proposal: FundingProposal, participant: Participant
) -> None:
    erin = person("erin", participant, is_operator=True)
    with pytest.raises(Refusal, match="Another person asked for this"):
        proposals.withdraw(proposal, by(erin, profile), clock.now())
    assert builders.again(proposal).status == ProposalStatus.AWAITING_APPROVAL


def test_what_was_approved_is_withdrawn_no_more(
    profile: Profile, queued: FundingProposal, alice: User
) -> None:
    with pytest.raises(Refusal, match="decided meanwhile"):
        proposals.withdraw(queued, by(alice, profile), clock.now())


def test_it_lapses_at_fini_s_deadline(profile: Profile, alice: User) -> None:
    at = clock.now() + dt.timedelta(minutes=50)
    text = f"{at.astimezone(clock.HONG_KONG):%Y-%m-%d %H:%M:%S}"
    lines = fetched(profile, builders.fini(listed(0, deadline=text), listed(1)))
    row = proposed(profile, alice, Wanted([line.pk for line in lines]))
    assert row.approval is not None
    assert row.approval.expires_at == row.deadline
    approvals.lapse_due(at)
    assert builders.again(row).status == ProposalStatus.LAPSED
    assert builders.statuses(row) == [DecisionStatus.DROPPED] * 2


def test_without_a_deadline_it_lapses_after_a_day(proposal: FundingProposal) -> None:
    assert proposal.approval is not None
    assert proposal.approval.expires_at == proposal.proposed_at + dt.timedelta(days=1)


@pytest.mark.parametrize(
    "change",
    [
        {"amount": Decimal("1.00")},
        {"code": "30"},
        {"transaction_ref": "1"},
        {"bank": "Another"},
    ],
)
def test_the_approval_binds_every_transaction(
    proposal: FundingProposal, change: dict[str, object]
) -> None:
    before = binding.payload(proposal.pk)
    first = proposal.decisions.order_by("transaction_ref")[0]
    FundingDecision.objects.filter(pk=first.pk).update(**change)
    assert binding.payload(proposal.pk) != before


def test_the_approval_binds_the_totals(proposal: FundingProposal) -> None:
    before = binding.payload(proposal.pk)
    FundingProposal.objects.update(confirm_total=Decimal("1.00"))
    assert binding.payload(proposal.pk) != before
    assert not binding.adds_up(builders.again(proposal))
