"""The calendar's secret address: made once, read without a sign-in, revoked."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from icalendar import Calendar

from keys.models import CalendarFeed, SftpAccount
from portal.people.models import Membership, User
from tests.keys.views import builders
from tests.keys.views.conftest import Browser

HERE = "/p/CP00010/expiry/calendar/"


@pytest.fixture(autouse=True)
def calm(db: None) -> None:
    cache.clear()


@pytest.fixture
def address(by_charlie: Client, ecp: SftpAccount) -> str:
    """As the page has shown it."""
    builders.registered(ecp)
    page = by_charlie.post(HERE).content.decode()
    found = re.search(r"/calendar/[\w-]{43}\.ics", page)
    assert found
    return found[0]


def test_it_is_read_without_a_sign_in(
    client: Client, address: str, ecp: SftpAccount
) -> None:
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "text/calendar"
    assert answer.headers["Cache-Control"] == "private, no-store"
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert ecp.login_id in str(event["summary"])


def test_it_names_no_person(client: Client, address: str, charlie: User) -> None:
    content = client.get(address).content.decode()
    assert charlie.username not in content
    assert charlie.email not in content


def test_the_address_is_shown_once_and_kept_as_a_hash(
    by_charlie: Client, address: str
) -> None:
    assert address not in by_charlie.get("/p/CP00010/expiry/").content.decode()
    token = address.removeprefix("/calendar/").removesuffix(".ics")
    assert token not in CalendarFeed.objects.get().token_sha256


def test_the_answer_that_shows_it_is_not_stored(by_charlie: Client) -> None:
    assert by_charlie.post(HERE).headers["Cache-Control"] == "no-store"


def test_the_answer_that_shows_it_asks_for_its_list_where_it_is(
    by_charlie: Client,
) -> None:
    page = by_charlie.post(HERE).content.decode()
    assert 'data-live-url="/p/CP00010/expiry/"' in page


def test_a_revoked_one_answers_nobody(
    client: Client, by_charlie: Client, address: str
) -> None:
    by_charlie.post(f"{HERE}{CalendarFeed.objects.get().pk}/revoke/")
    assert client.get(address).status_code == 404


def test_a_new_one_ends_the_one_before(
    client: Client, by_charlie: Client, address: str
) -> None:
    by_charlie.post(HERE)
    assert client.get(address).status_code == 404


def test_who_leaves_takes_their_address_with_them(
    client: Client, address: str, charlie: User
) -> None:
    Membership.objects.filter(user=charlie).update(is_active=False)
    assert client.get(address).status_code == 404


def test_a_colleague_cannot_revoke_it(
    browser: Browser, alice: User, address: str
) -> None:
    pk = CalendarFeed.objects.get().pk
    assert browser(alice).post(f"{HERE}{pk}/revoke/").status_code == 404


def test_a_guess_is_not_found(client: Client, db: None) -> None:
    assert client.get("/calendar/guess.ics").status_code == 404


def test_guessing_is_slowed_down(client: Client, db: None) -> None:
    answers = [client.get("/calendar/guess.ics").status_code for _ in range(31)]
    assert answers[-1] == 429
    assert set(answers[:30]) == {404}
