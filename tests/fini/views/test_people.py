"""The search for the records of one identity document."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from fini.persons import Person
from portal.activity.models import Activity, Kind
from portal.people.models import Participant, User
from tests.fini import people_builders as people
from tests.shown import shown

PAGE = "/p/CP00010/fini/people/"
NUMBER = "A123456(3)"
ASKED = {"id_type": "1", "jurisdiction": "HKG", "number": NUMBER}


@pytest.fixture
def by_alice(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


def test_records_are_listed_masked(by_alice: Client, participant: Participant) -> None:
    record = people.record(people.batch(participant))
    people.record(people.batch(participant), people.TAM)
    answer = by_alice.post(PAGE, ASKED)
    page = answer.content.decode()
    assert record.own_ref in page
    assert "C••• T•• M••" in page
    assert "A12••••(•)" in page
    assert "TAM" not in shown(page)
    assert "no-store" in answer["Cache-Control"]


def test_what_was_typed_is_not_written_back(
    by_alice: Client, participant: Participant
) -> None:
    people.record(people.batch(participant))
    for asked in (ASKED, {**ASKED, "id_type": "none"}, {**ASKED, "jurisdiction": ""}):
        assert "A123456" not in by_alice.post(PAGE, asked).content.decode()


def test_a_number_in_the_address_is_not_searched(
    by_alice: Client, participant: Participant
) -> None:
    record = people.record(people.batch(participant))
    page = by_alice.get(PAGE, ASKED).content.decode()
    assert record.own_ref not in page
    assert not Activity.objects.filter(kind=Kind.PERSONAL).exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"number": ""}, "Enter the number"),
        ({"jurisdiction": ""}, "Enter the country"),
        ({"number": "1" * 41}, "at most 40 characters"),
        ({"jurisdiction": NUMBER}, "three letters"),
        ({"id_type": "77"}, "Choose one of the list"),
    ],
)
def test_what_is_no_document_is_refused(
    by_alice: Client, wrong: dict[str, str], sentence: str
) -> None:
    answer = by_alice.post(PAGE, {**ASKED, **wrong})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Activity.objects.filter(kind=Kind.PERSONAL).exists()


def test_any_type_searches_all_that_are_known(
    by_alice: Client, participant: Participant
) -> None:
    lei = Person("4", "HKG", "5493001KJTIIGC8Y1R12", "ACME", "")
    record = people.record(people.batch(participant), lei)
    asked = {"id_type": "", "jurisdiction": "hkg", "number": lei.number}
    assert record.own_ref in by_alice.post(PAGE, asked).content.decode()


def test_pages_follow_one_another(by_alice: Client, participant: Participant) -> None:
    batch = people.batch(participant)
    refs = [people.record(batch).own_ref for _ in range(51)]
    first = by_alice.post(PAGE, ASKED)
    assert refs[-1] not in first.content.decode()
    further = {"found": first.context["carried"], "after": first.context["page"].after}
    page = by_alice.post(f"{PAGE}more/", further).content.decode()
    assert refs[-1] in page
    assert refs[0] not in page
    assert Activity.objects.filter(kind=Kind.PERSONAL).count() == 1


@pytest.mark.parametrize(
    "wrong", [{}, {"found": "x"}, {"after": "x"}, {"found": "é", "after": "1.1"}]
)
def test_a_page_of_no_search_begins_anew(
    by_alice: Client, wrong: dict[str, str]
) -> None:
    answer = by_alice.post(f"{PAGE}more/", wrong, follow=True)
    assert "Nothing was shown. Search again." in answer.content.decode()


@pytest.mark.parametrize("after", ["a1.2", "1.2.3", "1.2 ", "1.2\n"])
def test_a_place_that_no_page_gave_begins_anew(
    by_alice: Client, participant: Participant, after: str
) -> None:
    people.record(people.batch(participant))
    found = by_alice.post(PAGE, ASKED).context["carried"]
    answer = by_alice.post(f"{PAGE}more/", {"found": found, "after": after})
    assert answer["Location"] == PAGE


def test_only_who_may_see_in_full_is_offered_it(
    by_alice: Client, participant: Participant, bob: User
) -> None:
    record = people.record(people.batch(participant))
    address = f"/fini/people/{record.pk}/"
    assert address not in by_alice.post(PAGE, ASKED).content.decode()
    by_bob = Client()
    by_bob.force_login(bob)
    assert address in by_bob.post(PAGE, ASKED).content.decode()


def test_the_page_takes_as_many_queries_for_many(
    by_alice: Client,
    participant: Participant,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    batch = people.batch(participant)
    people.record(batch)
    by_alice.post(PAGE, ASKED)
    with django_assert_num_queries(19) as one:
        by_alice.post(PAGE, ASKED)
    for _ in range(8):
        people.record(batch)
    with django_assert_num_queries(len(one)):
        by_alice.post(PAGE, ASKED)
