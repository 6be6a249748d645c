"""A person is found, shown in full for a reason, and erased by two; how it looks."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.pages import Pages
from tests.browser.site import Site

Axe = Callable[[Page], None]
Look = dict[str, Any]
BACKSTAGE = "tests.browser.fini.people_backstage:"
PEOPLE = "/p/CP00010/fini/people/"
ERASURES = f"{PEOPLE}erasures/"
REASON = "FINI asks which document it is"


def search(page: Page, number: str) -> None:
    page.get_by_label("Number").fill(number)
    page.get_by_role("button", name="Search").click()


def look_at(page: Page, axe: Axe) -> None:
    axe(page)
    assert page.locator(".btn-primary").count() <= 1
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0


def test_a_person_is_found_and_shown_for_a_reason(pages: Pages, site: Site) -> None:
    site.call(f"{BACKSTAGE}ended", "TAM", records=1)
    page = pages.open(PEOPLE, "dora")
    search(page, "m011336 (5)")
    expect(page.locator("tbody")).to_contain_text("M01••••(•)")
    expect(page.locator("body")).not_to_contain_text("M011336")
    assert "M011336" not in page.url
    page.get_by_role("link", name="Show").first.click()
    page.get_by_label("Reason").fill(REASON)
    page.get_by_role("button", name="in full").click()
    expect(page.locator("main")).to_contain_text("M011336(5)")
    page.get_by_role("link", name="Hide").click()
    expect(page.locator("main")).not_to_contain_text("M011336")
    told = pages.open("/p/CP00010/activity/", "dora").locator("main")
    expect(told).to_contain_text(REASON)
    expect(told).not_to_contain_text("M011336")


def test_two_people_erase_what_is_old(pages: Pages, site: Site) -> None:
    path = site.call(f"{BACKSTAGE}ended", "CHAN")
    page = pages.open(ERASURES, "charlie")
    day = page.locator("p.small").first.inner_text()
    assert "at the latest" in day
    page.get_by_label("Of batches that ended before").fill("2021-01-01")
    page.get_by_role("button", name="Propose it").click()
    expect(page.locator("#erasures")).to_contain_text("Awaiting approval")
    watching = pages.open(ERASURES, "dora")
    pages.open(ERASURES, "bob").get_by_role("button", name="Approve").click()
    site.call(f"{BACKSTAGE}erase")
    expect(watching.locator("#erasures tbody tr").first).to_contain_text("erased")
    record = pages.open(path, "dora").locator("main")
    expect(record).to_contain_text("were erased on")


def test_the_search(pages: Pages, site: Site, look: Look, axe: Axe) -> None:
    site.call(f"{BACKSTAGE}ended", "LONG")
    page = pages.open(PEOPLE, "bob", **look)
    look_at(page, axe)
    search(page, "AB987654(3)")
    expect(page.locator("tbody tr").first).to_be_visible()
    look_at(page, axe)
    search(page, "")
    expect(page.get_by_role("alert")).to_contain_text("Enter the number")
    look_at(page, axe)


def test_a_record(pages: Pages, site: Site, look: Look, axe: Axe) -> None:
    page = pages.open(site.call(f"{BACKSTAGE}ended", "LONG"), "bob", **look)
    look_at(page, axe)
    button = page.get_by_role("button", name="in full")
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("10 to 500 characters")
    look_at(page, axe)
    page.get_by_label("Reason").fill(REASON)
    button.click()
    expect(page.get_by_role("link", name="Hide")).to_be_visible()
    look_at(page, axe)


def test_erasures(pages: Pages, site: Site, look: Look, axe: Axe) -> None:
    site.call(f"{BACKSTAGE}ended", "LONG")
    page = pages.open(ERASURES, "charlie", **look)
    look_at(page, axe)
    page.get_by_label("Of batches that ended before").fill("2099-01-01")
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_role("alert")).to_contain_text("at least 180 days")
    look_at(page, axe)
    page.get_by_label("Of batches that ended before").fill("2021-01-01")
    page.get_by_role("button", name="Propose it").click()
    look_at(pages.open(ERASURES, "bob", **look), axe)
    look_at(page, axe)
    page.get_by_role("button", name="Withdraw it").click()
    expect(page.locator("#erasures")).to_contain_text("Withdrawn")
