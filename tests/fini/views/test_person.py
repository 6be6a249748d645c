"""The page of one record's person."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from fini.models import EipoSubscription
from fini.persons import Person
from portal.activity.models import Activity, Kind
from portal.people.models import Participant, User
from tests.fini import people_builders as people

REASON = "FINI asks which document it is"
CLEAR = ("A123456(3)", "A123456", "CHAN TAI MAN", "陳大文")


@pytest.fixture
def record(participant: Participant) -> EipoSubscription:
    return people.record(people.batch(participant))


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(record: EipoSubscription, code: str = "CP00010") -> str:
    return f"/p/{code}/fini/people/{record.pk}/"


def test_it_is_masked_until_a_reason_is_given(
    record: EipoSubscription, dora: User
) -> None:
    answer = as_(dora).get(page_of(record))
    page = answer.content.decode()
    assert "A12••••(•)" in page
    assert "陳••" in page
    assert not any(clear in page for clear in CLEAR)
    assert not Activity.objects.filter(kind=Kind.PERSONAL).exists()


def test_with_a_reason_it_is_shown_for_this_answer_alone(
    record: EipoSubscription, dora: User
) -> None:
    by_dora = as_(dora)
    answer = by_dora.post(page_of(record), {"reason": REASON})
    page = answer.content.decode()
    assert all(clear in page for clear in CLEAR)
    assert "no-store" in answer["Cache-Control"]
    assert Activity.objects.filter(kind=Kind.PERSONAL).count() == 1
    assert "A123456" not in by_dora.get(page_of(record)).content.decode()


def test_a_reason_in_the_address_shows_nothing(
    record: EipoSubscription, dora: User
) -> None:
    page = as_(dora).get(page_of(record), {"reason": REASON}).content.decode()
    assert not any(clear in page for clear in CLEAR)


def test_without_a_reason_the_page_says_so(
    record: EipoSubscription, dora: User
) -> None:
    answer = as_(dora).post(page_of(record), {"reason": " short "})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "10 to 500 characters" in page
    assert not any(clear in page for clear in CLEAR)


@pytest.mark.parametrize("reason", ["x" * 501, "x" * 100_000, "a\x00reason to see"])
def test_a_reason_without_bounds_is_refused(
    record: EipoSubscription, dora: User, reason: str
) -> None:
    assert as_(dora).post(page_of(record), {"reason": reason}).status_code == 422
    assert not Activity.objects.filter(kind=Kind.PERSONAL).exists()


def test_an_operator_sees_no_one_in_full(record: EipoSubscription, alice: User) -> None:
    assert as_(alice).post(page_of(record), {"reason": REASON}).status_code == 403


def test_anothers_record_is_not_there(
    other_participant: Participant, dora: User, mallory: User, record: EipoSubscription
) -> None:
    theirs = people.record(people.batch(other_participant))
    assert as_(dora).post(page_of(theirs), {"reason": REASON}).status_code == 404
    by_mallory = as_(mallory)
    for code in ("CP00010", "CP00099"):
        page = page_of(record, code)
        assert by_mallory.post(page, {"reason": REASON}).status_code == 404


def test_an_erased_record_says_when(participant: Participant, dora: User) -> None:
    batch = people.batch(participant, purged_at=people.batch(participant).ended_at)
    page = as_(dora).get(page_of(people.record(batch, sealed_person=b"")))
    assert "were erased on 15 January 2026, 12:00" in page.content.decode()
    assert "Show in full" not in page.content.decode()


def test_damaged_data_are_said_and_no_error(
    participant: Participant, dora: User
) -> None:
    record = people.record(people.batch(participant), sealed_person=b"damaged")
    by_dora = as_(dora)
    assert "cannot be opened" in by_dora.get(page_of(record)).content.decode()
    answer = by_dora.post(page_of(record), {"reason": REASON})
    assert answer.status_code == 422
    assert "cannot be opened" in answer.content.decode()


def test_what_a_person_is_called_is_text_alone(
    participant: Participant, dora: User
) -> None:
    hostile = Person("1", "HKG", "<b>1", "<script>alert(1)</script>", '"><i>')
    record = people.record(people.batch(participant), hostile)
    page = as_(dora).post(page_of(record), {"reason": REASON}).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert '"><i>' not in page


def test_the_queries_of_a_page(
    record: EipoSubscription,
    dora: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    by_dora = as_(dora)
    by_dora.get(page_of(record))
    with django_assert_max_num_queries(10):
        by_dora.get(page_of(record))
