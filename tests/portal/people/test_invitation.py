"""The page behind the link of an invitation."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from portal.people.models import Participant, Role, User
from portal.people.services import invitations
from portal.people.services.invitations import Place
from tests.portal.people.builders import activities, is_signed_in, sign_in

NEW = "seven ferries to lantau"


@pytest.fixture
def link(charlie: User, participant: Participant) -> str:
    place = Place(participant, [Role.OPERATOR], [])
    made = invitations.invite("erin", "erin@example.test", place, by=charlie)
    return made.link.removeprefix("http://localhost:8000")


def set_password(client: Client, link: str, password: str = NEW) -> str:
    """Open the link, fill in the form; answers the last page."""
    page = client.get(link, follow=True)
    path = page.request["PATH_INFO"]
    fields = {"new_password1": password, "new_password2": password}
    return client.post(path, fields, follow=True).content.decode()


def test_the_link_sets_a_password_to_sign_in_with(client: Client, link: str) -> None:
    assert "Your password is set" in set_password(client, link)
    assert not is_signed_in(client)
    sign_in(client, "erin", NEW)
    assert is_signed_in(client)


def test_it_is_recorded(client: Client, link: str) -> None:
    set_password(client, link)
    row = activities("Access")[-1]
    assert row.description == "Password set by invitation"
    assert row.chain.name == "CP00010"


def test_the_link_works_once(client: Client, link: str) -> None:
    set_password(client, link)
    assert "This link does not work" in client.get(link, follow=True).content.decode()


def test_the_token_leaves_the_address_at_once(client: Client, link: str) -> None:
    response = client.get(link)
    assert response["Location"].endswith("/password/")
    assert link.split("/")[-2] not in response["Location"]


def test_an_old_link_does_not_work(
    client: Client, link: str, settings: Settings
) -> None:
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "This link does not work" in client.get(link, follow=True).content.decode()


def test_an_invitation_lasts_three_days(settings: Settings) -> None:
    assert settings.PASSWORD_RESET_TIMEOUT == 3 * 24 * 3600


@pytest.mark.parametrize("uid", ["AAAA", "not-base64!", "MQ"])
def test_a_damaged_link_is_told_so(client: Client, db: None, uid: str) -> None:
    path = reverse("people_invitation", args=[uid, "abc-def"])
    assert "This link does not work" in client.get(path, follow=True).content.decode()


def test_a_link_of_another_person_does_not_work(
    client: Client, link: str, alice: User
) -> None:
    token = link.split("/")[-2]
    other = invitations.link_for(alice).split("/")[-3]
    path = reverse("people_invitation", args=[other, token])
    assert "This link does not work" in client.get(path, follow=True).content.decode()


def test_a_weak_password_is_refused_with_the_rule(client: Client, link: str) -> None:
    page = set_password(client, link, "short")
    assert "at least 12 characters" in page
    assert not User.objects.get(username="erin").has_usable_password()


def test_nobody_signs_in_before_the_password_is_set(client: Client, link: str) -> None:
    sign_in(client, "erin", "")
    sign_in(client, "erin", "!")
    assert not is_signed_in(client)
