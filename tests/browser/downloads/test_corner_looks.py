"""axe on the Download Corner and on what is looked at, at both widths and themes."""

from playwright.sync_api import expect

from tests.browser.looks import Looks
from tests.browser.pages import Pages
from tests.browser.site import Site

BACKSTAGE = "tests.browser.downloads.backstage"
CORNER = "/p/CP00010/downloads/"


def test_the_corner(pages: Pages, site: Site, looks: Looks) -> None:
    site.call(f"{BACKSTAGE}:a_day")
    page = pages.open(CORNER, "alice")
    expect(page.locator("#corner-files h3").first).to_contain_text("Position report")
    looks(page)


def test_nothing_found_and_wrong_filters(
    pages: Pages, site: Site, looks: Looks
) -> None:
    looks(pages.open(f"{CORNER}?q=nothing-like-this", "dora"))
    looks(pages.open(f"{CORNER}?from=yesterday", "dora"))


def test_a_look_at_each_kind(pages: Pages, site: Site, looks: Looks) -> None:
    for name, text in (
        ("look.txt", "line\n" * 40),
        ("look.csv", "a,b,c\r\n" * 30),
        ("look.json", '{"a":[1,2,{"b":null}]}'),
        ("look.bin", "\x00\x01\x02" * 200),
    ):
        pk = site.call(f"{BACKSTAGE}:arrive", name, text)
        looks(pages.open(f"{CORNER}{pk}/", "alice"))


def test_a_zip_and_a_file_that_is_not_here(
    pages: Pages, site: Site, looks: Looks
) -> None:
    site.call(f"{BACKSTAGE}:a_day")
    page = pages.open(f"{CORNER}?q=HBCNFIMG", "alice")
    page.get_by_role("link", name="BCAN Full Image File").click()
    expect(page.get_by_role("heading", name="Inside the zip")).to_be_visible()
    looks(page)
    page.goto(f"{pages.site.url}{CORNER}?q=TP001")
    page.get_by_role("link", name="Position report").first.click()
    expect(page.get_by_text("there is nothing to look at")).to_be_visible()
    looks(page)
