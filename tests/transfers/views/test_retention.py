"""Retention's page and Today's panel of the store."""

import datetime as dt

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal import clock
from portal.approvals.models import Approval
from portal.people.models import Participant, User
from tests.transfers import keeping_builders
from tests.transfers.views.conftest import Browser
from transfers.models import PurgeProposal, PurgeStatus
from transfers.services import purges, store

PAGE = "/p/CP00010/retention/"
TODAY = "/p/CP00010/"
OLD = dt.date(2012, 5, 7)


@pytest.fixture
def by_charlie(browser: Browser, charlie: User) -> Client:
    return browser(charlie)


@pytest.fixture
def by_bob(browser: Browser, bob: User) -> Client:
    return browser(bob)


def propose(client: Client, before: str = "2013-01-01") -> int:
    return client.post(f"{PAGE}propose/", {"before": before}).status_code


def test_two_people_purge(
    by_charlie: Client, by_bob: Client, participant: Participant
) -> None:
    keeping_builders.kept_on(participant, OLD)
    assert propose(by_charlie) == 302
    assert "Withdraw it" in by_charlie.get(PAGE).content.decode()
    assert "Approve<" in by_bob.get(PAGE).content.decode()
    asked = Approval.objects.get()
    by_bob.post(f"/p/CP00010/approvals/{asked.pk}/decide/", {"decision": "approve"})
    purges.run(PurgeProposal.objects.get().pk)
    page = by_charlie.get(PAGE).content.decode()
    assert "1 purged" in page
    assert "Propose a purge" in page


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        ("2025-01-01", "at least 7 years"),
        ("2011-01-01", "Nothing that is in our store"),
        ("", "Enter the day"),
        ("31.1.2012", "Write the day as 2019-01-31"),
        ("9999-12-31", "at least 7 years"),
        ("0001-01-01", "Enter a day from 2000-01-01"),
    ],
)
def test_a_day_that_cannot_be_is_refused(
    by_charlie: Client, participant: Participant, before: str, sentence: str
) -> None:
    keeping_builders.kept_on(participant, OLD)
    answer = by_charlie.post(f"{PAGE}propose/", {"before": before})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_proposal_is_withdrawn(by_charlie: Client, participant: Participant) -> None:
    keeping_builders.kept_on(participant, OLD)
    propose(by_charlie)
    by_charlie.post(f"{PAGE}{PurgeProposal.objects.get().pk}/withdraw/")
    assert PurgeProposal.objects.get().status == PurgeStatus.WITHDRAWN


def test_others_may_not_propose(by_bob: Client) -> None:
    assert propose(by_bob) == 403
    assert "Propose a purge" not in by_bob.get(PAGE).content.decode()


def test_the_page_takes_as_many_queries_for_many(
    by_charlie: Client,
    charlie: User,
    participant: Participant,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    past = {"status": PurgeStatus.DONE}
    keeping_builders.proposal(charlie, participant, **past)
    store.measure(participant, clock.now())
    by_charlie.get(PAGE)
    with django_assert_num_queries(10) as one:
        by_charlie.get(PAGE)
    for _ in range(8):
        keeping_builders.proposal(charlie, participant, **past)
    with django_assert_num_queries(len(one)):
        by_charlie.get(PAGE)


def test_today_shows_the_store_to_administrators(
    by_charlie: Client, participant: Participant
) -> None:
    keeping_builders.kept_on(participant, clock.today(), b"x" * 200_000)
    store.measure(participant, clock.now())
    page = by_charlie.get(TODAY).content.decode()
    assert "0.2 MB in 1 received file" in page
    assert "Not in sight" in page


def test_today_shows_the_store_to_compliance(browser: Browser, dora: User) -> None:
    assert "Not counted yet" in browser(dora).get(TODAY).content.decode()


def test_today_spares_others_the_store(by_bob: Client) -> None:
    assert "Our store" not in by_bob.get(TODAY).content.decode()
