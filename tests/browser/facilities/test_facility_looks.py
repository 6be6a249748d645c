"""axe on each of these pages, at both widths and in both themes."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.facilities.conftest import BACKSTAGE
from tests.browser.pages import Pages
from tests.browser.site import Site

Axe = Callable[[Page], None]
Look = dict[str, Any]


def shot(page: Page, axe: Axe) -> None:
    axe(page)
    assert page.locator(".btn-primary").count() <= 1
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0


def test_the_facilities(pages: Pages, look: Look, axe: Axe) -> None:
    shot(pages.open("/site/facilities/", "sam", **look), axe)


def test_a_facility_with_notices(
    pages: Pages, site: Site, look: Look, axe: Axe
) -> None:
    pk = site.call(f"{BACKSTAGE}:rap")
    shot(pages.open(f"/site/facilities/{pk}/", "sam", **look), axe)


def test_a_host_that_offers_sha_1_only(
    pages: Pages, site: Site, look: Look, axe: Axe
) -> None:
    pk = site.call(f"{BACKSTAGE}:old_host")
    shot(pages.open(f"/site/facilities/hosts/{pk}/", "sam", **look), axe)


def test_a_host_whose_key_is_known(
    pages: Pages, host: str, look: Look, axe: Axe
) -> None:
    shot(pages.open(host, "tess", **look), axe)


def test_what_expires(pages: Pages, made: dict[str, str], look: Look, axe: Axe) -> None:
    shot(pages.open("/p/CP00010/expiry/", "charlie", **look), axe)


def test_today_with_what_expires(
    pages: Pages, made: dict[str, str], look: Look, axe: Axe
) -> None:
    shot(pages.open("/p/CP00010/", "charlie", **look), axe)


def test_the_checklist(
    pages: Pages, made: dict[str, str], look: Look, axe: Axe
) -> None:
    path = f"/p/CP00010/keys/accounts/{made['account']}/readiness/"
    shot(pages.open(path, "charlie", **look), axe)


def test_the_declaration(pages: Pages, look: Look, axe: Axe) -> None:
    shot(pages.open("/p/CP00010/keys/consent/", "charlie", **look), axe)


def test_words_about_a_drawing_are_hidden_with_it(
    pages: Pages, made: dict[str, str]
) -> None:
    page = pages.open("/p/CP00010/expiry/", "charlie")
    words = page.get_by_text("Shaded: the 14 days")
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(words).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(words).to_be_hidden()


def test_the_hosts_of_a_facility_fit_into_their_card(
    pages: Pages, site: Site, host: str
) -> None:
    site.call(f"{BACKSTAGE}:host_key_of_another", host.split("/")[-2])
    page = pages.open("/site/facilities/", "tess")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("main table th a").first.click()
    table = page.locator("table", has_text="Confirmed key")
    assert table.evaluate("t => t.scrollWidth - t.closest('.card').clientWidth") <= 0
