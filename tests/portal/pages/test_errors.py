"""What went wrong is told in words, and 500 asks no database."""

import pytest
from django.core.exceptions import RequestDataTooBig
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from portal.pages.views import errors
from portal.people.models import User


def test_a_wrong_address_keeps_the_frame(client: Client, alice: User) -> None:
    client.force_login(alice)
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "There is no page here" in answer.content.decode()
    assert 'aria-label="Main"' in answer.content.decode()


@pytest.mark.django_db
def test_a_wrong_address_of_a_stranger_stands_alone(client: Client) -> None:
    html = client.get("/nowhere/").content.decode()
    assert "There is no page here" in html
    assert 'aria-label="Main"' not in html


@pytest.mark.django_db
def test_a_partial_is_answered_with_a_number_and_no_page(client: Client) -> None:
    answer = client.get("/nowhere/", headers={"X-Partial": "1"})
    assert answer.status_code == 404
    assert answer.content == b"404"


def test_a_broken_portal_says_so_without_the_database(
    rf: RequestFactory, django_assert_num_queries: DjangoAssertNumQueries, db: None
) -> None:
    with django_assert_num_queries(0):
        answer = errors.broken(rf.get("/"))
    assert answer.status_code == 500
    assert "The portal stopped on an error" in answer.content.decode()
    assert 'data-env="sandbox"' in answer.content.decode()


def test_too_much_at_once_is_413(rf: RequestFactory) -> None:
    answer = errors.bad_request(rf.get("/"), RequestDataTooBig())
    assert answer.status_code == 413
    assert "That was too large" in answer.content.decode()


def test_an_unreadable_request_is_400(rf: RequestFactory) -> None:
    assert errors.bad_request(rf.get("/"), ValueError()).status_code == 400


def test_an_address_that_only_takes_a_form_is_no_empty_page(
    client: Client, alice: User
) -> None:
    path = "/p/CP00010/fini/funding/refresh/"
    client.force_login(alice)
    answer = client.get(path)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "This address only takes a form" in answer.content.decode()
    assert client.get(path, headers={"X-Partial": "1"}).content == b"405"


def test_a_form_without_its_token_is_told_so(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    answer = client.post("/accounts/stay/")
    assert answer.status_code == 403
    assert "This form had gone stale" in answer.content.decode()
