"""axe on each page of keys, at both widths and in both themes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from keys.renewal_states import RenewalStatus
from tests.browser.looks import Looks
from tests.browser.pages import Pages
from tests.browser.site import Site

Axe = Callable[[Page], None]
BACKSTAGE = "tests.browser.keys.backstage"
KEYS = "/p/CP00010/keys/"


def account_path(pk: str) -> str:
    return f"{KEYS}accounts/{pk}/"


def test_the_list_of_accounts(pages: Pages, site: Site, looks: Looks) -> None:
    site.call(f"{BACKSTAGE}:with_keys", "", 720)
    page = pages.open(KEYS, "charlie")
    looks(page)


def test_an_account_with_two_keys(
    pages: Pages, site: Site, both_keys: str, looks: Looks
) -> None:
    page = pages.open(account_path(both_keys), "charlie")
    expect(page.get_by_text("Becomes the Current key on")).to_be_visible()
    looks(page)
    assert page.locator(".btn-primary").count() == 1


@pytest.mark.parametrize("user", ["alice", "bob", "charlie", "dora"])
def test_an_account_without_a_key_for_every_role(
    pages: Pages, site: Site, user: str, axe: Axe
) -> None:
    pk = site.call(f"{BACKSTAGE}:account")
    axe(pages.open(account_path(pk), user))


@pytest.mark.parametrize("status", [s.value for s in RenewalStatus])
def test_every_state_of_a_renewal(
    pages: Pages, site: Site, status: str, axe: Axe
) -> None:
    pk = site.call(f"{BACKSTAGE}:with_keys", status)
    page = pages.open(account_path(pk), "charlie")
    axe(page)
    assert page.locator(".btn-primary").count() <= 1


@pytest.mark.parametrize("what", ["make", "bring", "renew", "addresses", "policy"])
def test_the_forms_of_an_account(
    pages: Pages,
    site: Site,
    both_keys: str,
    what: str,
    looks: Looks,
) -> None:
    page = pages.open(f"{account_path(both_keys)}{what}/", "charlie")
    looks(page)
    assert page.locator(".btn-primary").count() == 1


@pytest.mark.parametrize("platform", ["ECP", "RAP", "RRS"])
def test_the_registration_guide(
    pages: Pages, site: Site, platform: str, looks: Looks
) -> None:
    pk = site.call(f"{BACKSTAGE}:waiting", platform)
    looks(pages.open(f"{KEYS}key/{pk}/register/", "charlie"))
    looks(pages.open(f"{KEYS}key/{pk}/compromised/", "charlie"))


def test_a_new_account_circuits_and_the_encryption_password(
    pages: Pages, site: Site, both_keys: str, looks: Looks
) -> None:
    looks(pages.open(f"{KEYS}add/", "charlie"))
    looks(pages.open(f"{KEYS}circuits/", "charlie"))
    looks(pages.open(f"{KEYS}encryption/sandbox/", "charlie"))
