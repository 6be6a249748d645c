"""A person is found, shown in full for a reason, and erased by two; how it looks."""

from playwright.sync_api import Page, expect

from tests.browser.looks import Looks
from tests.browser.pages import Pages
from tests.browser.site import Site

BACKSTAGE = "tests.browser.fini.people_backstage:"
PEOPLE = "/p/CP00010/fini/people/"
ERASURES = f"{PEOPLE}erasures/"
REASON = "FINI asks which document it is"


def search(page: Page, number: str) -> None:
    page.get_by_label("Number").fill(number)
    page.get_by_role("button", name="Search").click()


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


def test_the_search(pages: Pages, site: Site, looks: Looks) -> None:
    site.call(f"{BACKSTAGE}ended", "LONG")
    page = pages.open(PEOPLE, "bob")
    looks(page)
    search(page, "AB987654(3)")
    expect(page.locator("tbody tr").first).to_be_visible()
    looks(page)
    search(page, "")
    expect(page.get_by_role("alert")).to_contain_text("Enter the number")
    looks(page)


def test_a_record(pages: Pages, site: Site, looks: Looks) -> None:
    page = pages.open(site.call(f"{BACKSTAGE}ended", "LONG"), "bob")
    looks(page)
    button = page.get_by_role("button", name="in full")
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("10 to 500 characters")
    looks(page)
    page.get_by_label("Reason").fill(REASON)
    button.click()
    expect(page.get_by_role("link", name="Hide")).to_be_visible()
    looks(page)


def test_erasures(pages: Pages, site: Site, looks: Looks) -> None:
    site.call(f"{BACKSTAGE}ended", "LONG")
    page = pages.open(ERASURES, "charlie")
    looks(page)
    page.get_by_label("Of batches that ended before").fill("2099-01-01")
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_role("alert")).to_contain_text("at least 180 days")
    looks(page)
    page.get_by_label("Of batches that ended before").fill("2021-01-01")
    page.get_by_role("button", name="Propose it").click()
    looks(pages.open(ERASURES, "bob"))
    looks(page)
    page.get_by_role("button", name="Withdraw it").click()
    expect(page.locator("#erasures")).to_contain_text("Withdrawn")
