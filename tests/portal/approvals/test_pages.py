"""What waits, for whom, and deciding it on the page."""

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from portal import clock
from portal.approvals import selectors
from portal.approvals.models import Approval, ApprovalStatus
from portal.people.guards import acting_at
from portal.people.models import Participant, User
from tests.portal.approvals.conftest import Thing, ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def approval(participant: Participant, alice: User, thing: Thing) -> Approval:
    """alice asks, now, for an hour."""
    now = clock.now()
    return ask(participant, alice, now=now, expires_at=now + dt.timedelta(hours=1))


def page(client: Client, user: User) -> str:
    client.force_login(user)
    return client.get(reverse("approvals", args=["CP00010"])).content.decode()


def post(
    client: Client, user: User, approval: Approval, **form: str
) -> tuple[int, str]:
    client.force_login(user)
    address = reverse("approval_decide", args=["CP00010", approval.pk])
    answer = client.post(address, form)
    return answer.status_code, answer.content.decode()


def test_an_approver_sees_who_asked_for_what_and_may_decide(
    client: Client, approval: Approval, bob: User
) -> None:
    html = page(client, bob)
    assert "[HBCNMAPP] submission SUB-2024-000417" in html
    assert "<dd>alice, " in html
    assert "Decide until" in html
    assert 'value="approve"' in html


def test_the_one_who_asked_sees_that_another_decides(
    client: Client, approval: Approval, alice: User
) -> None:
    html = page(client, alice)
    assert "You asked for this yourself: another person decides." in html
    assert 'value="approve"' not in html


def test_compliance_reads_and_does_not_decide(
    client: Client, approval: Approval, dora: User
) -> None:
    assert 'value="approve"' not in page(client, dora)
    assert post(client, dora, approval, decision="approve")[0] == 403


def test_nothing_waits_is_said_in_words(client: Client, bob: User) -> None:
    assert "Nothing waits for approval" in page(client, bob)


def test_approving_on_the_page(
    client: Client, approval: Approval, bob: User, thing: Thing
) -> None:
    assert post(client, bob, approval, decision="approve")[0] == 302
    assert thing.done == ["approved"]


def test_declining_without_a_reason_is_a_sentence(
    client: Client, approval: Approval, bob: User
) -> None:
    status, html = post(client, bob, approval, decision="decline")
    assert status == 409
    assert "You declined without a reason." in html
    assert Approval.objects.get().status == ApprovalStatus.PENDING


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "No decision was chosen."),
        ({"decision": "' OR 1=1"}, "There is no such decision."),
        ({"decision": "decline", "reason": "x" * 2001}, "longer than 2,000"),
        ({"decision": "decline", "reason": "\x00"}, "cannot be stored"),
    ],
)
def test_garbage_is_a_sentence_and_decides_nothing(
    client: Client,
    approval: Approval,
    bob: User,
    form: dict[str, str],
    sentence: str,
) -> None:
    status, html = post(client, bob, approval, **form)
    assert status == 400
    assert sentence in html
    assert Approval.objects.get().status == ApprovalStatus.PENDING


def test_deciding_late_tells_who_was_first(
    client: Client, approval: Approval, bob: User
) -> None:
    post(client, bob, approval, decision="approve")
    status, html = post(client, bob, approval, decision="approve")
    assert status == 409
    assert "was approved by bob" in html


def test_another_participant_s_request_is_not_found(
    client: Client, approval: Approval, mallory: User
) -> None:
    client.force_login(mallory)
    address = reverse("approval_decide", args=["CP00099", approval.pk])
    assert client.post(address, {"decision": "approve"}).status_code == 404
    assert client.get(reverse("approvals", args=["CP00010"])).status_code == 404


def test_an_unknown_request_is_not_found(client: Client, bob: User) -> None:
    client.force_login(bob)
    address = reverse("approval_decide", args=["CP00010", uuid.uuid4()])
    assert client.post(address, {"decision": "approve"}).status_code == 404


def test_deciding_needs_a_post(client: Client, approval: Approval, bob: User) -> None:
    client.force_login(bob)
    address = reverse("approval_decide", args=["CP00010", approval.pk])
    assert client.get(address).status_code == 405


def test_a_request_leads_to_the_thing_s_own_page(
    client: Client, approval: Approval, bob: User, thing: Thing
) -> None:
    thing.address = "/p/CP00010/things/1/"
    address = reverse("approval", args=["CP00010", approval.pk])
    assert f'href="{address}"' in page(client, bob)
    assert client.get(address)["Location"] == "/p/CP00010/things/1/"


def test_a_thing_without_a_page_leads_back_to_the_list(
    client: Client, approval: Approval, bob: User
) -> None:
    client.force_login(bob)
    address = reverse("approval", args=["CP00010", approval.pk])
    assert client.get(address)["Location"] == reverse("approvals", args=["CP00010"])


def test_the_menu_counts_what_waits_for_this_person(
    approval: Approval, participant: Participant, alice: User, bob: User, dora: User
) -> None:
    counts = {}
    for user in (alice, bob, dora):
        acting = acting_at(user, "CP00010")
        assert acting
        counts[user.username] = selectors.waiting_for(acting)
    assert counts == {"alice": 0, "bob": 1, "dora": 0}


@pytest.mark.parametrize("number", [1, 12])
def test_the_number_of_queries_does_not_grow(
    client: Client,
    participant: Participant,
    alice: User,
    bob: User,
    thing: Thing,
    number: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    now = clock.now()
    for _ in range(number):
        ask(participant, alice, now=now, expires_at=now + dt.timedelta(hours=1))
    client.force_login(bob)
    with django_assert_max_num_queries(14):
        client.get(reverse("approvals", args=["CP00010"]))


def test_what_has_its_own_page_is_not_decided_on_this_one(
    client: Client, approval: Approval, bob: User, own_page: Thing
) -> None:
    html = page(client, bob)
    assert 'value="approve"' not in html
    assert f'on <a href="/p/CP00010/approvals/{approval.pk}/">its own page</a>' in html


@pytest.mark.parametrize("decision", ["approve", "decline"])
def test_nor_by_posting_the_decision_all_the_same(
    client: Client, approval: Approval, bob: User, own_page: Thing, decision: str
) -> None:
    status, html = post(client, bob, approval, decision=decision, reason="no")
    assert status == 409
    assert "decided on its own page" in html
    assert own_page.done == []
