"""axe on each page of profiles and IPOs, at both widths and in both themes."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.pages import Pages
from tests.browser.site import Site

Axe = Callable[[Page], None]
BACKSTAGE = "tests.browser.fini.backstage"
FINI = "/p/CP00010/fini/"
FITS = "document.documentElement.scrollWidth <= innerWidth"
KEY, IPO = "key", "ipo"


@pytest.fixture(scope="module", autouse=True)
def _afresh(site: Site) -> None:
    """The journeys on the same site leave profiles of their own."""
    site.call(f"{BACKSTAGE}:none")


def check(page: Page, axe: Axe) -> None:
    axe(page)
    assert page.evaluate(FITS)
    assert page.locator(".btn-primary").count() <= 1


@pytest.mark.parametrize(
    "path",
    [
        "profiles/{pk}/",
        "profiles/{pk}/edit/",
        "profiles/{pk}/agent/make/",
        "profiles/{pk}/agent/compare/",
        "profiles/keys/{key}/retire/",
        "ipos/",
        "ipos/?which=all",
        "ipos/?text=nothing",
        "ipos/{ipo}/",
        "ipos/labels/",
    ],
)
def test_every_page(
    pages: Pages, site: Site, path: str, look: dict[str, Any], axe: Axe
) -> None:
    pk = site.call(f"{BACKSTAGE}:profile")
    names = {KEY: site.call(f"{BACKSTAGE}:key"), IPO: site.call(f"{BACKSTAGE}:ipo")}
    check(pages.open(FINI + path.format(pk=pk, **names), "charlie", **look), axe)


@pytest.mark.parametrize("path", ["profiles/", "profiles/add/", "ipos/"])
@pytest.mark.parametrize("user", ["charlie", "dora"])
def test_every_page_before_anything_is_set_up(
    pages: Pages, site: Site, path: str, user: str, axe: Axe
) -> None:
    site.call(f"{BACKSTAGE}:none")
    check(pages.open(FINI + path, user), axe)


@pytest.mark.parametrize("user", ["alice", "bob", "dora"])
def test_a_profile_for_every_role(
    pages: Pages, site: Site, user: str, axe: Axe
) -> None:
    pk = site.call(f"{BACKSTAGE}:profile")
    check(pages.open(f"{FINI}profiles/{pk}/", user), axe)
