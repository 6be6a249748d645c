"""Disabling an account, and enabling it again: asked first, told everywhere."""

import pytest
from django.test import Client

from keys.models import SftpAccount
from portal.activity.models import Activity
from portal.people.models import User
from tests.keys.views import builders
from tests.keys.views.conftest import Browser

OFF, ON = {"wanted": "off"}, {"wanted": "on"}


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.fixture
def disabled(ecp: SftpAccount) -> SftpAccount:
    builders.registered(ecp)
    SftpAccount.objects.update(is_enabled=False)
    return ecp


def test_it_asks_first_and_says_what_stops(
    by_charlie: Client, page: str, ecp: SftpAccount
) -> None:
    asked = text(by_charlie, f"{page}enabled/")
    assert f"Disable {ecp.login_id}?" in asked
    assert "files that wait stay where they are" in asked
    ecp.refresh_from_db()
    assert ecp.is_enabled


def test_it_is_disabled_with_its_activity(
    by_charlie: Client, page: str, ecp: SftpAccount, charlie: User
) -> None:
    answer = by_charlie.post(f"{page}enabled/", OFF, follow=True)
    assert f"{ecp.login_id} is disabled." in answer.content.decode()
    ecp.refresh_from_db()
    assert not ecp.is_enabled
    row = Activity.objects.latest("seq")
    assert row.description == f"Disable account of [{ecp.login_id}]"
    assert row.user == charlie


def test_a_second_click_changes_nothing(
    by_charlie: Client, page: str, ecp: SftpAccount
) -> None:
    by_charlie.post(f"{page}enabled/", OFF)
    again = by_charlie.post(f"{page}enabled/", OFF, follow=True)
    assert "somebody was faster" in again.content.decode()
    assert Activity.objects.count() == 1


def test_enabled_again_it_is_visited_for_what_has_waited(
    by_charlie: Client, page: str, disabled: SftpAccount
) -> None:
    by_charlie.post(f"{page}enabled/", ON)
    disabled.refresh_from_db()
    assert disabled.is_enabled
    assert disabled.visit_due_at is not None


@pytest.mark.parametrize("wanted", ["", "maybe", "\0"])
def test_what_is_no_switch_is_refused(
    by_charlie: Client, page: str, ecp: SftpAccount, wanted: str
) -> None:
    answer = by_charlie.post(f"{page}enabled/", {"wanted": wanted})
    assert answer.status_code == 422
    ecp.refresh_from_db()
    assert ecp.is_enabled


@pytest.mark.parametrize("where", ["", "state/", "readiness/"])
def test_a_disabled_account_says_so_on_its_pages(
    by_charlie: Client, page: str, disabled: SftpAccount, where: str
) -> None:
    assert f"{disabled.login_id} is disabled" in text(by_charlie, f"{page}{where}")


def test_a_disabled_account_says_so_in_the_lists(
    by_charlie: Client, disabled: SftpAccount
) -> None:
    assert "Closed: disabled" in text(by_charlie, "/p/CP00010/keys/")
    assert "Left out: 1 disabled account." in text(by_charlie, "/p/CP00010/expiry/")


def test_a_disabled_account_is_offered_no_login_and_no_renewal(
    by_charlie: Client, page: str, disabled: SftpAccount
) -> None:
    shown = text(by_charlie, page)
    assert f"{page}test/" not in shown
    assert f"{page}renew/" not in shown
    for what in ("test/", "renew/"):
        answer = by_charlie.post(f"{page}{what}", {"sure": "on"}, follow=True)
        assert "Enable the account first." in answer.content.decode()


def test_operators_see_no_switch(browser: Browser, alice: User, page: str) -> None:
    by_alice = browser(alice)
    assert "Disable the account" not in text(by_alice, page)
    assert by_alice.post(f"{page}enabled/", OFF).status_code == 403
