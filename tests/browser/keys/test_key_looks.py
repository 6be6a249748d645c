"""axe on each page of keys, at both widths and in both themes."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from keys.renewal_states import RenewalStatus
from tests.browser.pages import Pages
from tests.browser.site import Site

Axe = Callable[[Page], None]
BACKSTAGE = "tests.browser.keys.backstage"
KEYS = "/p/CP00010/keys/"
FITS = "document.documentElement.scrollWidth <= innerWidth"


def account_path(pk: str) -> str:
    return f"{KEYS}accounts/{pk}/"


def test_the_list_of_accounts(
    pages: Pages, site: Site, look: dict[str, Any], axe: Axe
) -> None:
    site.call(f"{BACKSTAGE}:with_keys", "", 720)
    page = pages.open(KEYS, "charlie", **look)
    axe(page)
    assert page.evaluate(FITS)


def test_an_account_with_two_keys(
    pages: Pages, site: Site, both_keys: str, look: dict[str, Any], axe: Axe
) -> None:
    page = pages.open(account_path(both_keys), "charlie", **look)
    expect(page.get_by_text("Becomes the Current key on")).to_be_visible()
    axe(page)
    assert page.locator(".btn-primary").count() == 1
    assert page.evaluate(FITS)


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
    look: dict[str, Any],
    axe: Axe,
) -> None:
    page = pages.open(f"{account_path(both_keys)}{what}/", "charlie", **look)
    axe(page)
    assert page.locator(".btn-primary").count() == 1


@pytest.mark.parametrize("platform", ["ECP", "RAP", "RRS"])
def test_the_registration_guide(
    pages: Pages, site: Site, platform: str, look: dict[str, Any], axe: Axe
) -> None:
    pk = site.call(f"{BACKSTAGE}:waiting", platform)
    axe(pages.open(f"{KEYS}key/{pk}/register/", "charlie", **look))
    axe(pages.open(f"{KEYS}key/{pk}/compromised/", "charlie", **look))


def test_a_new_account_circuits_and_the_encryption_password(
    pages: Pages, site: Site, both_keys: str, look: dict[str, Any], axe: Axe
) -> None:
    axe(pages.open(f"{KEYS}add/", "charlie", **look))
    axe(pages.open(f"{KEYS}circuits/", "charlie", **look))
    axe(pages.open(f"{KEYS}encryption/sandbox/", "charlie", **look))
