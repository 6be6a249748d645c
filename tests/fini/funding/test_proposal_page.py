"""The page of a proposal: deciding with the total and a code, withdrawing."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from fini.models import FundingLine, FundingProposal, Profile
from fini.services.funding.selection import Wanted
from fini.states import ProposalStatus
from portal import clock
from portal.activity.models import Activity
from portal.approvals.models import Approval
from portal.people.models import Membership, User
from tests.fini.conftest import Browser
from tests.fini.funding import builders
from tests.fini.funding.builders import (
    HARBOUR,
    Fini,
    again,
    fetched,
    listed,
    proposed,
)
from tests.portal.people.builders import code, with_app, wrong_code

pytestmark = pytest.mark.django_db
PAGE = "/p/CP00010/fini/funding/"
TOTAL = "13,622,445.00"
Lines = list[FundingLine]


@pytest.fixture(autouse=True)
def unthrottled() -> None:
    cache.clear()


def html(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def of(row: FundingProposal, what: str = "") -> str:
    return f"{PAGE}proposals/{row.pk}/{what}"


def test_a_place_that_is_none_begins_at_the_start(
    by_bob: Client, proposal: FundingProposal
) -> None:
    """PostgreSQL takes no NUL, and says so where nobody hears it."""
    answer = by_bob.get(of(proposal), {"after": "6\0"})
    assert answer.context["after"] == ""


def test_an_approver_sees_what_is_asked(
    by_bob: Client, proposal: FundingProposal
) -> None:
    page = html(by_bob, of(proposal))
    assert "<h1>Approve EIPO funding, proposal 1</h1>" in page
    assert "It must equal HK$ 13,622,445.00" in page
    assert "Approve 4 confirmations and 1 rejection" in page
    assert "Not asked: this is a sandbox" in page


def test_the_total_approves_where_no_code_is_asked(
    by_bob: Client, proposal: FundingProposal
) -> None:
    assert by_bob.post(of(proposal, "approve/"), {"total": TOTAL}).status_code == 302
    assert again(proposal).status == ProposalStatus.QUEUED


@pytest.mark.parametrize("total", ["", "13,622,445.01", "13622445.001", "all of it"])
def test_another_total_approves_nothing(
    by_bob: Client, proposal: FundingProposal, total: str
) -> None:
    answer = by_bob.post(of(proposal, "approve/"), {"total": total})
    assert answer.status_code == 422
    assert 'id="total-e"' in answer.content.decode()
    assert again(proposal).status == ProposalStatus.AWAITING_APPROVAL


def approve(client: Client, row: FundingProposal, digits: str) -> tuple[int, str]:
    answer = client.post(of(row, "approve/"), {"total": TOTAL, "code": digits})
    return answer.status_code, answer.content.decode()


def test_who_has_an_app_gives_its_code(
    by_bob: Client, bob: User, proposal: FundingProposal
) -> None:
    with_app(bob)
    assert 'autocomplete="one-time-code"' in html(by_bob, of(proposal))
    for digits in ("", wrong_code()):
        status, page = approve(by_bob, proposal, digits)
        assert status == 422
        assert 'id="code-e"' in page
    assert again(proposal).status == ProposalStatus.AWAITING_APPROVAL
    assert approve(by_bob, proposal, code())[0] == 302
    assert again(proposal).status == ProposalStatus.QUEUED


def test_a_wrong_total_uses_no_code_up(
    by_bob: Client, bob: User, proposal: FundingProposal
) -> None:
    with_app(bob)
    digits = code()
    by_bob.post(of(proposal, "approve/"), {"total": "1.00", "code": digits})
    assert approve(by_bob, proposal, digits)[0] == 302


def test_a_code_approves_one_proposal(
    by_bob: Client, bob: User, profile: Profile, lines: Lines, alice: User
) -> None:
    with_app(bob)
    digits = code()
    first = proposed(profile, alice, Wanted([lines[0].pk]))
    second = proposed(profile, alice, Wanted([lines[1].pk]))
    form = {"total": "2018140.00", "code": digits}
    assert by_bob.post(of(first, "approve/"), form).status_code == 302
    answer = by_bob.post(of(second, "approve/"), {**form, "total": "1009070.00"})
    assert answer.status_code == 422
    assert "That code was used already" in answer.content.decode()
    assert again(second).status == ProposalStatus.AWAITING_APPROVAL


def test_three_wrong_codes_stop_the_right_one(
    by_bob: Client, bob: User, proposal: FundingProposal
) -> None:
    with_app(bob)
    for _ in range(3):
        approve(by_bob, proposal, wrong_code())
    assert "too many wrong tries" in approve(by_bob, proposal, code())[1]
    assert again(proposal).status == ProposalStatus.AWAITING_APPROVAL


def test_no_code_is_kept_on_the_page_or_in_the_record(
    by_bob: Client, bob: User, proposal: FundingProposal
) -> None:
    with_app(bob)
    digits = wrong_code()
    assert digits not in approve(by_bob, proposal, digits)[1]
    assert all(digits not in row.description for row in Activity.objects.all())


def test_who_proposed_it_cannot_post_the_approval_either(
    browser: Browser, alice: User, proposal: FundingProposal
) -> None:
    Membership.objects.filter(user=alice).update(is_approver=True)
    client = browser(alice)
    assert "Your decision" not in html(client, of(proposal))
    status, page = approve(client, proposal, "")
    assert status == 409
    assert "asked for this yourself" in page


def test_the_approvals_page_cannot_decide_it(
    by_bob: Client, proposal: FundingProposal
) -> None:
    asked = Approval.objects.get()
    page = html(by_bob, "/p/CP00010/approvals/")
    assert 'value="approve"' not in page
    answer = by_bob.post(
        f"/p/CP00010/approvals/{asked.pk}/decide/",
        {"decision": "approve", "total": TOTAL},
    )
    assert answer.status_code == 409
    assert again(proposal).status == ProposalStatus.AWAITING_APPROVAL


def test_the_approval_leads_to_the_proposal(
    by_bob: Client, proposal: FundingProposal
) -> None:
    asked = Approval.objects.get()
    answer = by_bob.get(f"/p/CP00010/approvals/{asked.pk}/")
    assert answer["Location"] == of(proposal)


def test_it_is_sent_back_with_a_reason_only(
    by_bob: Client, proposal: FundingProposal
) -> None:
    answer = by_bob.post(of(proposal, "send-back/"), {"reason": " "})
    assert answer.status_code == 409
    assert 'id="reason-e"' in answer.content.decode()
    by_bob.post(of(proposal, "send-back/"), {"reason": "Look at the fifth"})
    assert again(proposal).status == ProposalStatus.DECLINED
    assert "Look at the fifth" in html(by_bob, of(proposal))


def test_the_proposer_withdraws(by_alice: Client, proposal: FundingProposal) -> None:
    assert by_alice.post(of(proposal, "withdraw/")).status_code == 302
    assert again(proposal).status == ProposalStatus.WITHDRAWN
    assert by_alice.post(of(proposal, "withdraw/")).status_code == 409


def test_a_change_at_fini_is_told_before_anybody_approves(
    by_bob: Client, profile: Profile, fini: Fini, proposal: FundingProposal
) -> None:
    next(iter(fini.entries.values()))["amount"] = "1.00"
    fetched(profile, fini)
    assert "FINI shows something else by now" in html(by_bob, of(proposal))
    assert approve(by_bob, proposal, "")[0] == 409
    assert again(proposal).status == ProposalStatus.AWAITING_APPROVAL


def test_the_deadline_is_told_as_time_left_and_clock_time(
    by_bob: Client, profile: Profile, alice: User
) -> None:
    at = clock.now().astimezone(clock.HONG_KONG) + dt.timedelta(minutes=55, seconds=30)
    lines = fetched(
        profile, builders.fini(listed(0, deadline=f"{at:%Y-%m-%d %H:%M:%S}"))
    )
    row = proposed(profile, alice, Wanted([lines[0].pk]))
    assert "<strong>55 min</strong> until" in html(by_bob, of(row))


def test_a_long_proposal_is_shown_whole_page_by_page(
    by_bob: Client, profile: Profile, alice: User
) -> None:
    lines = fetched(profile, builders.fini(*(listed(n) for n in range(130))))
    row = proposed(profile, alice, Wanted(rest_of=HARBOUR))
    page = html(by_bob, of(row))
    assert page.count('<tr id="decision-') == 100
    assert "Total of 130" in page
    found = re.search(r'href="(\?after=[^"]*)"', page)
    assert found
    second = html(by_bob, of(row) + found[1])
    assert second.count('<tr id="decision-') == 30
    assert lines[129].transaction_ref in second


def test_the_proposal_takes_as_many_queries_for_many_as_for_one(
    by_bob: Client,
    profile: Profile,
    alice: User,
    lines: Lines,
    django_assert_num_queries: DjangoAssertNumQueries,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    small = proposed(profile, alice, Wanted([lines[0].pk]))
    large = proposed(profile, alice, Wanted([x.pk for x in lines[1:]]))
    html(by_bob, of(small))
    with django_assert_max_num_queries(24) as one:
        html(by_bob, of(small))
    with django_assert_num_queries(len(one.captured_queries)):
        html(by_bob, of(large))
