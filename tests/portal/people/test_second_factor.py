"""One-time codes at sign-in, and recovery codes."""

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from django.urls import reverse

from portal.people.models import User
from tests.portal.people.builders import (
    ADDRESS,
    SECRET,
    activities,
    code,
    is_signed_in,
    send_code,
    sign_in,
    with_app,
    wrong_code,
)


def test_the_password_alone_leads_to_the_second_step(
    client: Client, alice: User
) -> None:
    with_app(alice)
    response = sign_in(client, "alice")
    assert response["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    assert activities("Login") == []


def test_the_code_shown_now_signs_in(client: Client, alice: User) -> None:
    with_app(alice)
    sign_in(client, "alice")
    send_code(client, code())
    assert is_signed_in(client)
    (row,) = activities("Login")
    assert row.refs == {"address": ADDRESS, "second_factor": "totp"}


def test_a_code_may_be_typed_in_two_groups(client: Client, alice: User) -> None:
    with_app(alice)
    sign_in(client, "alice")
    digits = code()
    send_code(client, f"{digits[:3]} {digits[3:]}")
    assert is_signed_in(client)


def test_a_wrong_code_is_told_and_recorded(client: Client, alice: User) -> None:
    with_app(alice)
    sign_in(client, "alice")
    response = send_code(client, wrong_code())
    assert "That is not the code shown now" in response.content.decode()
    assert not is_signed_in(client)
    (row,) = activities("Login")
    assert (row.description, row.status) == ("Wrong one-time code", "Failed")


def test_an_earlier_code_is_named_as_such(client: Client, alice: User) -> None:
    with_app(alice)
    sign_in(client, "alice")
    response = send_code(client, code(half_minutes_ago=4))
    assert "That code was for an earlier half minute" in response.content.decode()


def test_a_code_signs_in_once(client: Client, alice: User) -> None:
    with_app(alice)
    digits = code()
    sign_in(client, "alice")
    send_code(client, digits)
    client.post(reverse("account_logout"))
    sign_in(client, "alice")
    assert "That code was used already" in send_code(client, digits).content.decode()
    assert not is_signed_in(client)


def test_three_wrong_codes_stop_the_right_one(client: Client, alice: User) -> None:
    with_app(alice)
    sign_in(client, "alice")
    for _ in range(3):
        send_code(client, wrong_code())
    assert "too many wrong tries" in send_code(client, code()).content.decode()
    assert not is_signed_in(client)


def test_a_recovery_code_signs_in_once(client: Client, alice: User) -> None:
    with_app(alice)
    first = RecoveryCodes.activate(alice).get_unused_codes()[0]
    sign_in(client, "alice")
    send_code(client, first)
    assert is_signed_in(client)
    assert activities("Login")[0].refs["second_factor"] == "recovery_codes"
    client.post(reverse("account_logout"))
    sign_in(client, "alice")
    send_code(client, first)
    assert not is_signed_in(client)


def test_one_can_start_again(client: Client, alice: User) -> None:
    with_app(alice)
    sign_in(client, "alice")
    client.post(reverse("account_logout"))
    assert client.get(reverse("account_login")).status_code == 200


def test_the_second_step_tells_of_the_last_sign_in(client: Client, alice: User) -> None:
    sign_in(client, "alice")
    client.post(reverse("account_logout"))
    with_app(alice)
    sign_in(client, "alice", address="10.9.9.9")
    page = client.get(reverse("mfa_authenticate")).content.decode()
    assert f"from {ADDRESS}. If that was not you" in page


def test_a_post_without_a_code_is_no_crash(client: Client, alice: User) -> None:
    with_app(alice)
    sign_in(client, "alice")
    response = client.post(reverse("mfa_authenticate"), {})
    assert response.status_code == 200
    assert not is_signed_in(client)


def test_the_secret_is_sealed_at_rest(alice: User) -> None:
    with_app(alice)
    assert SECRET not in str(Authenticator.objects.get(user=alice).data)
