"""The password, its locks, and the record of both."""

import time

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portal.activity.models import SITE
from portal.people import throttles
from portal.people.models import Membership, Participant, User
from tests.conftest import PASSWORD
from tests.portal.people.builders import (
    ADDRESS,
    activities,
    is_signed_in,
    sign_in,
)


def test_the_right_password_signs_in(client: Client, alice: User) -> None:
    response = sign_in(client, "alice")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert is_signed_in(client)


def test_sign_in_goes_on_where_one_was(client: Client, alice: User) -> None:
    response = client.post(
        reverse("account_login"),
        {"login": "alice", "password": PASSWORD, "next": "/p/CP00010/activity/"},
    )
    assert response["Location"] == "/p/CP00010/activity/"


def test_the_page_keeps_where_one_was(client: Client, db: None) -> None:
    page = client.get(reverse("account_login"), {"next": "/p/CP00010/activity/"})
    assert 'name="next" value="/p/CP00010/activity/"' in page.content.decode()


def test_sign_in_leads_to_no_other_site(client: Client, alice: User) -> None:
    response = client.post(
        reverse("account_login"),
        {"login": "alice", "password": PASSWORD, "next": "https://evil.test/"},
    )
    assert response["Location"] == "/"


@pytest.mark.ledger("ECP-31")
def test_the_description_of_a_login_is_empty(client: Client, alice: User) -> None:
    sign_in(client, "alice")
    (row,) = activities("Login")
    assert (row.description, row.status, row.endpoint) == ("", "Successful", "Web")
    assert row.refs == {"address": ADDRESS, "second_factor": "none"}
    assert (row.user, row.chain.name) == (alice, "CP00010")


def test_a_sign_in_is_told_to_each_of_ones_participants(
    client: Client, alice: User, other_participant: Participant
) -> None:
    Membership.objects.create(
        user=alice, participant=other_participant, is_operator=True
    )
    sign_in(client, "alice")
    assert {row.chain.name for row in activities("Login")} == {"CP00010", "CP00099"}


def test_a_person_without_participant_is_told_to_the_site(
    client: Client, db: None
) -> None:
    User.objects.create_user("nora", "nora@example.test", PASSWORD)
    sign_in(client, "nora")
    assert [row.chain.name for row in activities("Login")] == [SITE]


def test_a_wrong_password_is_told_and_recorded(client: Client, alice: User) -> None:
    response = sign_in(client, "alice", "not it")
    assert "do not belong together" in response.content.decode()
    assert not is_signed_in(client)
    (row,) = activities("Login")
    assert (row.description, row.status) == ("Wrong password", "Failed")
    assert row.user == alice


def test_what_nobody_is_called_is_not_written_down(client: Client, db: None) -> None:
    sign_in(client, "my-secret-typed-here", "not it")
    (row,) = activities("Login")
    assert row.chain.name == SITE
    assert "my-secret" not in f"{row.description}{row.refs}"


def test_three_wrong_passwords_lock_for_15_minutes(client: Client, alice: User) -> None:
    for _ in range(3):
        sign_in(client, "alice", "not it")
    response = sign_in(client, "alice", address="10.163.3.99")
    assert "is locked until" in response.content.decode()
    assert not is_signed_in(client)
    ends = throttles.locked_until("alice")
    assert ends is not None
    assert 14 * 60 < ends - time.time() <= 15 * 60
    assert activities("Login")[-1].description == (
        "Wrong password; the third: locked for 15 minutes"
    )


def test_the_third_wrong_password_says_so_at_once(client: Client, alice: User) -> None:
    answers = [sign_in(client, "alice", "not it") for _ in range(3)]
    said = ["is locked until" in answer.content.decode() for answer in answers]
    assert said == [False, False, True]


def test_a_name_that_nobody_has_locks_in_the_same_words(
    client: Client, alice: User
) -> None:
    for _ in range(3):
        sign_in(client, "nobody", "not it")
    assert "is locked until" in sign_in(client, "nobody").content.decode()


def test_spelling_a_name_in_capitals_is_no_new_try(client: Client, alice: User) -> None:
    for name in ("alice", "ALICE", " Alice "):
        sign_in(client, name, "not it")
    assert throttles.locked_until("alice") is not None


def test_another_name_is_not_locked(client: Client, alice: User, bob: User) -> None:
    for _ in range(3):
        sign_in(client, "alice", "not it")
    sign_in(client, "bob")
    assert is_signed_in(client)


def test_a_lock_that_is_over_locks_nobody(client: Client, alice: User) -> None:
    cache.set(throttles._key("locked", "alice"), time.time() - 1, 60)
    sign_in(client, "alice")
    assert is_signed_in(client)


def test_one_address_cannot_try_many_names(client: Client, alice: User) -> None:
    for number in range(20):
        sign_in(client, f"name{number}", "not it")
    assert "too many wrong tries" in sign_in(client, "alice").content.decode()
    assert not is_signed_in(client)


def test_an_account_that_is_off_is_told_so(client: Client, alice: User) -> None:
    alice.is_active = False
    alice.save()
    response = client.post(
        reverse("account_login"), {"login": "alice", "password": PASSWORD}, follow=True
    )
    assert "This account is switched off" in response.content.decode()
    assert activities("Login")[0].description == "The account is switched off"


def test_sign_out_is_recorded(client: Client, alice: User) -> None:
    sign_in(client, "alice")
    client.post(reverse("account_logout"), REMOTE_ADDR=ADDRESS)
    (row,) = activities("Logout")
    assert (row.description, row.user, row.refs) == ("", alice, {"address": ADDRESS})
    assert not is_signed_in(client)


def test_sign_out_is_no_link(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "path", ["signup/", "email/", "password/reset/", "3rdparty/", "password/set/"]
)
def test_there_is_no_sign_up_and_no_mail_management(
    client: Client, db: None, path: str
) -> None:
    assert client.get(f"/accounts/{path}").status_code == 404


def test_a_changed_password_is_recorded(client: Client, alice: User) -> None:
    sign_in(client, "alice")
    new = "quite another staple"
    response = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert response.status_code == 302
    alice.refresh_from_db()
    assert alice.check_password(new)
    assert [row.description for row in activities("Access")] == ["Password changed"]
    assert is_signed_in(client)


def test_the_password_is_never_in_the_page(client: Client, alice: User) -> None:
    assert "not-it-either" not in sign_in(client, "alice", "not-it-either").text


def test_a_control_character_in_the_name_is_no_crash(client: Client, db: None) -> None:
    assert sign_in(client, "a\x00b", "x").status_code == 200
