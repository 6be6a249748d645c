"""axe on the Download Corner and on what is looked at, at both widths and themes."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.pages import Pages
from tests.browser.site import Site

Axe = Callable[[Page], None]
BACKSTAGE = "tests.browser.downloads.backstage"
CORNER = "/p/CP00010/downloads/"
FITS = "document.documentElement.scrollWidth <= innerWidth"


def fits(page: Page, axe: Axe) -> None:
    axe(page)
    assert page.evaluate(FITS)
    assert page.locator(".btn-primary").count() <= 1


def test_the_corner(pages: Pages, site: Site, look: dict[str, Any], axe: Axe) -> None:
    site.call(f"{BACKSTAGE}:a_day")
    page = pages.open(CORNER, "alice", **look)
    expect(page.locator("#corner-files h3").first).to_contain_text("Position report")
    fits(page, axe)


def test_nothing_found_and_wrong_filters(
    pages: Pages, site: Site, look: dict[str, Any], axe: Axe
) -> None:
    fits(pages.open(f"{CORNER}?q=nothing-like-this", "dora", **look), axe)
    fits(pages.open(f"{CORNER}?from=yesterday", "dora", **look), axe)


def test_a_look_at_each_kind(
    pages: Pages, site: Site, look: dict[str, Any], axe: Axe
) -> None:
    for name, text in (
        ("look.txt", "line\n" * 40),
        ("look.csv", "a,b,c\r\n" * 30),
        ("look.json", '{"a":[1,2,{"b":null}]}'),
        ("look.bin", "\x00\x01\x02" * 200),
    ):
        pk = site.call(f"{BACKSTAGE}:arrive", name, text)
        fits(pages.open(f"{CORNER}{pk}/", "alice", **look), axe)


def test_a_zip_and_a_file_that_is_not_here(
    pages: Pages, site: Site, look: dict[str, Any], axe: Axe
) -> None:
    site.call(f"{BACKSTAGE}:a_day")
    page = pages.open(f"{CORNER}?q=HBCNFIMG", "alice", **look)
    page.get_by_role("link", name="BCAN Full Image File").click()
    expect(page.get_by_role("heading", name="Inside the zip")).to_be_visible()
    fits(page, axe)
    page.goto(f"{pages.site.url}{CORNER}?q=TP001")
    page.get_by_role("link", name="Position report").first.click()
    expect(page.get_by_text("there is nothing to look at")).to_be_visible()
    fits(page, axe)
