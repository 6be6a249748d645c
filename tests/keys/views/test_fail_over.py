"""The participant's own policy on the secondary site of RAP and RRS."""

import pytest
from django.test import Client

from keys.models import SftpAccount
from portal.activity.models import Activity
from portal.people.models import Participant, User
from tests.keys.views import builders
from tests.keys.views.conftest import Browser


@pytest.fixture
def rap(participant: Participant, charlie: User) -> SftpAccount:
    return builders.account(participant, "RAP")


def at(account: SftpAccount, page: str = "") -> str:
    return f"/p/CP00010/keys/accounts/{account.pk}/{page}"


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.ledger("RAP-21")
def test_it_is_allowed_and_taken_back_with_its_activity(
    by_charlie: Client, rap: SftpAccount
) -> None:
    assert "waits for the notice" in text(by_charlie, at(rap, "fail-over/"))
    by_charlie.post(at(rap, "fail-over/"), {"wanted": "on"})
    rap.refresh_from_db()
    assert rap.may_fail_over
    assert "without waiting for HKEX’s notice" in text(by_charlie, at(rap))
    assert "Allow the secondary site" in Activity.objects.latest("seq").description
    by_charlie.post(at(rap, "fail-over/"), {"wanted": "off"})
    rap.refresh_from_db()
    assert not rap.may_fail_over


def test_ecp_has_nothing_to_set(
    by_charlie: Client, page: str, ecp: SftpAccount
) -> None:
    assert "There is nothing to set." in text(by_charlie, f"{page}fail-over/")
    answer = by_charlie.post(f"{page}fail-over/", {"wanted": "on"}, follow=True)
    assert "needs no policy for this" in answer.content.decode()
    ecp.refresh_from_db()
    assert not ecp.may_fail_over


def test_what_is_no_switch_is_refused(by_charlie: Client, rap: SftpAccount) -> None:
    assert by_charlie.post(at(rap, "fail-over/"), {}).status_code == 422


def test_operators_do_not_set_it(
    browser: Browser, alice: User, rap: SftpAccount
) -> None:
    answer = browser(alice).post(at(rap, "fail-over/"), {"wanted": "on"})
    assert answer.status_code == 403
