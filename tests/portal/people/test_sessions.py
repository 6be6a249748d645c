"""Idle and absolute limits; time is injected by making the session older."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from portal.people import sessions
from portal.people.models import User
from tests.portal.people.builders import activities, age, is_signed_in, sign_in

PAGE = "/accounts/"


@pytest.fixture
def signed_in(client: Client, alice: User, settings: Settings) -> Client:
    settings.SESSION_IDLE_SECONDS = 1800
    settings.SESSION_ABSOLUTE_SECONDS = 12 * 3600
    sign_in(client, "alice")
    return client


def test_a_used_session_stands(signed_in: Client) -> None:
    age(signed_in, "seen", 1700)
    assert signed_in.get(PAGE).status_code == 200


def test_an_idle_session_ends_with_a_sentence(signed_in: Client) -> None:
    age(signed_in, "seen", 1801)
    response = signed_in.get(f"{PAGE}?page=2")
    assert response["Location"] == (
        f"{reverse('account_login')}?ended=idle&next=%2Faccounts%2F%3Fpage%3D2"
    )
    page = signed_in.get(response["Location"]).content.decode()
    assert "Nobody used the portal here for a while" in page


def test_a_long_session_ends_though_it_is_used(signed_in: Client) -> None:
    age(signed_in, "began", 12 * 3600)
    assert "ended=absolute" in signed_in.get(PAGE)["Location"]


def test_the_end_is_recorded(signed_in: Client, alice: User) -> None:
    age(signed_in, "seen", 1801)
    signed_in.get(PAGE)
    (row,) = activities("Logout")
    assert (row.description, row.user) == ("Ended by itself: not used", alice)


def test_an_ended_session_is_gone(signed_in: Client) -> None:
    age(signed_in, "seen", 1801)
    key = signed_in.session.session_key
    signed_in.get(PAGE)
    assert not Session.objects.filter(pk=key).exists()
    assert not is_signed_in(signed_in)


@pytest.mark.parametrize("header", ["X-Partial", "HX-Request"])
def test_a_partial_of_an_ended_session_is_401(signed_in: Client, header: str) -> None:
    age(signed_in, "seen", 1801)
    assert signed_in.get(PAGE, headers={header: "1"}).status_code == 401


def test_a_post_of_an_ended_session_does_not_come_back_as_a_get(
    signed_in: Client,
) -> None:
    age(signed_in, "seen", 1801)
    assert "next" not in signed_in.post("/accounts/stay/")["Location"]


def test_a_request_renews_at_most_once_a_minute(signed_in: Client) -> None:
    age(signed_in, "seen", 59)
    before = signed_in.session["seen"]
    signed_in.get(PAGE)
    assert signed_in.session["seen"] == before
    age(signed_in, "seen", 2)
    signed_in.get(PAGE)
    assert signed_in.session["seen"] > before


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (PAGE, {"X-Partial": "1"}),
        ("/p/CP00099/live/", {}),
        ("/p/CP00099/live/poll/", {}),
        ("/clock/", {}),
    ],
)
def test_what_the_page_asks_for_does_not_renew(
    signed_in: Client, path: str, headers: dict[str, str]
) -> None:
    age(signed_in, "seen", 1000)
    before = signed_in.session["seen"]
    signed_in.get(path, headers=headers)
    assert signed_in.session["seen"] == before


def test_a_chunk_of_an_upload_renews(signed_in: Client) -> None:
    age(signed_in, "seen", 1000)
    before = signed_in.session["seen"]
    signed_in.post("/p/CP00099/uploads/", headers={"X-Partial": "1"})
    assert signed_in.session["seen"] > before


def test_nothing_renews_the_absolute_limit(signed_in: Client) -> None:
    age(signed_in, "began", 1000)
    before = signed_in.session["began"]
    signed_in.get(PAGE)
    signed_in.post("/accounts/stay/")
    assert signed_in.session["began"] == before


def test_stay_renews(signed_in: Client) -> None:
    age(signed_in, "seen", 1700)
    answer = signed_in.post("/accounts/stay/").json()
    assert 1790 < answer["session_seconds"] <= 1800


def test_asking_how_long_does_not_renew(signed_in: Client) -> None:
    age(signed_in, "seen", 1700)
    answer = signed_in.get("/accounts/stay/").json()
    assert 90 < answer["session_seconds"] <= 100


def test_the_request_knows_when_its_session_ends(signed_in: Client) -> None:
    request: Any = signed_in.get(PAGE).wsgi_request
    session = signed_in.session
    assert request.session_ends_at.timestamp() == session["seen"] + 1800


def test_the_earlier_of_both_limits_counts(signed_in: Client) -> None:
    age(signed_in, "began", 12 * 3600 - 60)
    answer = signed_in.post("/accounts/stay/").json()
    assert 50 < answer["session_seconds"] <= 60


def test_a_session_that_no_page_began_begins_now(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get(PAGE).status_code == 200
    assert "began" in client.session


def test_an_anonymous_visitor_gets_no_session_row(client: Client, db: None) -> None:
    client.get(reverse("account_login"))
    assert Session.objects.count() == 0


def test_a_stream_sees_its_session_stand(signed_in: Client, alice: User) -> None:
    alice.refresh_from_db()
    assert sessions.is_alive(signed_in.session.session_key, alice)


def test_a_stream_sees_its_session_end(signed_in: Client, alice: User) -> None:
    alice.refresh_from_db()
    age(signed_in, "seen", 1801)
    assert not sessions.is_alive(signed_in.session.session_key, alice)


def test_a_stream_sees_a_sign_out(signed_in: Client, alice: User) -> None:
    key = signed_in.session.session_key
    signed_in.post(reverse("account_logout"))
    assert not sessions.is_alive(key, alice)


def test_a_stream_sees_a_changed_password(signed_in: Client, alice: User) -> None:
    alice.set_password("quite another staple")
    alice.save()
    assert not sessions.is_alive(signed_in.session.session_key, alice)


def test_a_stream_of_another_person_is_not_alive(signed_in: Client, bob: User) -> None:
    assert not sessions.is_alive(signed_in.session.session_key, bob)


def test_what_was_shown_is_not_kept_by_the_browser(client: Client, alice: User) -> None:
    """Going back after sign-out, at a desk that several people use."""
    client.force_login(alice)
    page = client.get("/p/CP00010/")
    assert "no-store" in page.headers["Cache-Control"]
