"""The second person: another one, with the right total, of what FINI still shows."""

from decimal import Decimal

import pytest

from fini.models import FundingProposal, Profile
from fini.refusals import Refusal
from fini.services.funding import consequences
from fini.states import DecisionStatus, ProposalStatus
from portal import clock
from portal.activity.models import Activity, Kind, Status
from portal.approvals import services as approvals
from portal.approvals.models import ApprovalStatus
from portal.approvals.services import CannotDecide
from portal.people.models import Membership, User
from tests.fini.funding.builders import Fini, again, by, fetched, statuses

pytestmark = pytest.mark.django_db
P, D = ProposalStatus, DecisionStatus


def test_another_person_approves(queued: FundingProposal, bob: User) -> None:
    assert (queued.status, queued.decided_by) == (P.QUEUED, bob)
    assert statuses(queued) == [D.QUEUED] * 5
    assert queued.approval is not None
    assert queued.approval.status == ApprovalStatus.APPROVED


def test_the_approval_is_on_the_record(queued: FundingProposal, bob: User) -> None:
    told = Activity.objects.filter(kind=Kind.FUNDING).latest("seq")
    assert told.description.startswith("Approve [proposal 1] for [IPO 1234]")
    assert told.user == bob


def test_nobody_approves_a_proposal_of_their_own(
    proposal: FundingProposal, alice: User
) -> None:
    Membership.objects.filter(user=alice).update(is_approver=True)
    with pytest.raises(CannotDecide, match="asked for this yourself"):
        consequences.approve(proposal, by(alice, proposal.profile), clock.now())
    assert again(proposal).status == P.AWAITING_APPROVAL


def test_the_generic_way_of_deciding_is_closed(
    proposal: FundingProposal, bob: User
) -> None:
    assert proposal.approval is not None
    with pytest.raises(CannotDecide, match="decided on its own page"):
        approvals.decide(proposal.approval, bob, True, "", clock.now())
    assert statuses(proposal) == [D.PROPOSED] * 5


@pytest.mark.parametrize("typed", [None, "13622445.01", "13874712.50", "252267.50"])
def test_another_total_is_refused_and_recorded(
    proposal: FundingProposal, bob: User, typed: str | None
) -> None:
    total = Decimal(typed) if typed else None
    with pytest.raises(Refusal, match=r"The total is HK\$ 13,622,445.00"):
        consequences.check_total(proposal, total, by(bob, proposal.profile))
    told = Activity.objects.latest("seq")
    assert told.description.endswith("another total was typed")
    assert (told.status, told.user) == (Status.FAILED, bob)


def test_the_total_itself_is_taken(proposal: FundingProposal, bob: User) -> None:
    total = Decimal("13622445")
    consequences.check_total(proposal, total, by(bob, proposal.profile))


def test_what_fini_changed_meanwhile_is_not_approved(
    profile: Profile, fini: Fini, proposal: FundingProposal, bob: User
) -> None:
    first = next(iter(fini.entries.values()))
    first["amount"] = "2018140.01"
    fetched(profile, fini)
    with pytest.raises(CannotDecide, match=r"has an amount of HK\$ 2,018,140.01"):
        consequences.approve(proposal, by(bob, profile), clock.now())
    assert again(proposal).status == P.AWAITING_APPROVAL
    assert statuses(proposal) == [D.PROPOSED] * 5


def test_it_is_sent_back_with_a_reason(proposal: FundingProposal, bob: User) -> None:
    acting = by(bob, proposal.profile)
    consequences.send_back(proposal, acting, "Check the fifth", clock.now())
    row = again(proposal)
    assert (row.status, row.sentence) == (P.DECLINED, "Check the fifth")
    assert statuses(row) == [D.DROPPED] * 5


def test_it_is_not_sent_back_without_one(proposal: FundingProposal, bob: User) -> None:
    acting = by(bob, proposal.profile)
    with pytest.raises(CannotDecide, match="without a reason"):
        consequences.send_back(proposal, acting, " ", clock.now())
    assert again(proposal).status == P.AWAITING_APPROVAL
