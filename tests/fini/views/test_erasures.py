"""The page of erasures."""

import datetime as dt

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from fini.models import Erasure, ErasureStatus
from fini.services import erasures
from portal.approvals.models import Approval
from portal.people.models import Participant, User
from tests.fini import people_builders as people
from tests.fini.conftest import Browser

PAGE = "/p/CP00010/fini/people/erasures/"


@pytest.fixture
def by_bob(browser: Browser, bob: User) -> Client:
    return browser(bob)


def propose(client: Client, before: str = "2026-02-01") -> int:
    return client.post(f"{PAGE}propose/", {"before": before}).status_code


def test_two_people_erase(
    by_charlie: Client, by_bob: Client, participant: Participant
) -> None:
    people.record(people.batch(participant))
    assert propose(by_charlie) == 302
    assert "Withdraw it" in by_charlie.get(PAGE).content.decode()
    assert "Approve<" in by_bob.get(PAGE).content.decode()
    asked = Approval.objects.get()
    by_bob.post(f"/p/CP00010/approvals/{asked.pk}/decide/", {"decision": "approve"})
    erasures.run(Erasure.objects.get().pk)
    page = by_charlie.get(PAGE).content.decode()
    assert "1 erased" in page
    assert "Propose an erasure" in page


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        ("2099-01-01", "at least 180 days"),
        ("2025-01-01", "No batch that ended before 1 January 2025"),
        ("", "Enter the day"),
        ("31.1.2026", "Write the day as 2024-01-31"),
        ("9999-12-31", "Enter a day from 2000-01-01"),
        ("0001-01-01", "Enter a day from 2000-01-01"),
    ],
)
def test_a_day_that_cannot_be_is_refused(
    by_charlie: Client, participant: Participant, before: str, sentence: str
) -> None:
    people.record(people.batch(participant))
    answer = by_charlie.post(f"{PAGE}propose/", {"before": before})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_proposal_is_withdrawn(by_charlie: Client, participant: Participant) -> None:
    people.batch(participant)
    propose(by_charlie)
    by_charlie.post(f"{PAGE}{Erasure.objects.get().pk}/withdraw/")
    assert Erasure.objects.get().status == ErasureStatus.WITHDRAWN


def test_anothers_proposal_is_not_there(
    by_charlie: Client, other_participant: Participant, mallory: User
) -> None:
    theirs = people.erasure(mallory, other_participant)
    assert by_charlie.post(f"{PAGE}{theirs.pk}/withdraw/").status_code == 404


def test_others_may_not_propose(by_bob: Client) -> None:
    assert propose(by_bob) == 403
    assert "Propose an erasure" not in by_bob.get(PAGE).content.decode()


def test_the_page_takes_as_many_queries_for_many(
    by_charlie: Client,
    charlie: User,
    participant: Participant,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    past = {"status": ErasureStatus.DONE, "before": dt.date(2026, 1, 1)}
    people.erasure(charlie, participant, **past)
    by_charlie.get(PAGE)
    with django_assert_num_queries(10) as one:
        by_charlie.get(PAGE)
    for _ in range(8):
        people.erasure(charlie, participant, **past)
    with django_assert_num_queries(len(one)):
        by_charlie.get(PAGE)
