"""Setting the second factor up: offered in the sandbox, enforced when real."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from portal.people.models import User
from tests.conftest import PASSWORD
from tests.portal.people.builders import (
    activities,
    code,
    is_signed_in,
    send_code,
    sign_in,
    with_app,
)

SET_UP = "/accounts/second-factor/"
HOME = "/accounts/"


@pytest.fixture
def real(settings: Settings) -> None:
    settings.DEPLOYMENT = "real"


def set_up(client: Client) -> str:
    """Follow the page; answers the secret it showed."""
    page = client.get(SET_UP).content.decode()
    shown = re.search(r'<code class="hash">([A-Z2-7 ]+)</code>', page)
    assert shown is not None
    secret = shown[1].replace(" ", "")
    client.post(SET_UP, {"code": code(secret)})
    return secret


def test_the_qr_code_is_drawn_in_the_page(client: Client, alice: User) -> None:
    sign_in(client, "alice")
    page = client.get(SET_UP).content.decode()
    assert "<svg" in page
    assert "data:image" not in page
    assert "style=" not in page


def test_a_right_code_turns_the_second_factor_on(client: Client, alice: User) -> None:
    sign_in(client, "alice")
    set_up(client)
    assert Authenticator.objects.filter(user=alice, type="totp").exists()
    assert [row.description for row in activities("Access")] == ["Second factor set up"]


def test_a_wrong_first_code_turns_nothing_on(client: Client, alice: User) -> None:
    sign_in(client, "alice")
    client.get(SET_UP)
    response = client.post(SET_UP, {"code": "000000"})
    assert "That is not the code shown now" in response.content.decode()
    assert not Authenticator.objects.exists()


def test_recovery_codes_are_shown_once(client: Client, alice: User) -> None:
    sign_in(client, "alice")
    set_up(client)
    url = reverse("mfa_view_recovery_codes")
    shown = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    first, second = (client.get(url).content.decode() for _ in range(2))
    assert shown[0] in first
    assert shown[0] not in second


def test_who_signed_in_long_ago_is_asked_for_the_password(
    client: Client, alice: User
) -> None:
    sign_in(client, "alice")
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 600
    session.save()
    response = client.get(SET_UP)
    assert response["Location"].startswith(reverse("account_reauthenticate"))


def test_the_password_again_leads_back(client: Client, alice: User) -> None:
    client.force_login(alice)
    location = client.get(SET_UP)["Location"]
    response = client.post(location, {"password": PASSWORD})
    assert response["Location"] == SET_UP
    assert client.get(SET_UP).status_code == 200


def test_the_sandbox_offers_and_does_not_enforce(client: Client, alice: User) -> None:
    sign_in(client, "alice")
    assert "Not set up" in client.get(HOME).content.decode()


def test_the_sandbox_allows_to_remove_it(client: Client, alice: User) -> None:
    sign_in(client, "alice")
    set_up(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=alice).exists()
    assert activities("Access")[-1].description == "Second factor removed"


def test_a_real_deployment_leads_to_set_up_first(
    client: Client, alice: User, real: None
) -> None:
    sign_in(client, "alice")
    for path in (HOME, "/", "/p/CP00010/", "/accounts/password/", "/nowhere/"):
        assert client.get(path)["Location"] == SET_UP


def test_a_real_deployment_answers_a_partial_401_before_set_up(
    client: Client, alice: User, real: None
) -> None:
    sign_in(client, "alice")
    assert client.get("/", headers={"X-Partial": "1"}).status_code == 401


def test_a_real_deployment_opens_after_set_up(
    client: Client, alice: User, real: None
) -> None:
    sign_in(client, "alice")
    set_up(client)
    assert client.get(HOME).status_code == 200


def test_a_real_deployment_opens_after_both_steps(
    client: Client, alice: User, real: None
) -> None:
    with_app(alice)
    sign_in(client, "alice")
    send_code(client, code())
    assert client.get(HOME).status_code == 200


def test_a_session_of_the_password_alone_dies_when_it_is_set_up_elsewhere(
    client: Client, alice: User, real: None
) -> None:
    sign_in(client, "alice")
    with_app(alice)
    response = client.get(HOME)
    assert "ended=second_factor" in response["Location"]
    assert not is_signed_in(client)


def test_a_real_deployment_keeps_the_second_factor(
    client: Client, alice: User, real: None
) -> None:
    sign_in(client, "alice")
    set_up(client)
    response = client.post(reverse("mfa_deactivate_totp"))
    assert "It stays on" in response.content.decode()
    assert Authenticator.objects.filter(user=alice, type="totp").exists()
