"""Why nothing is fetched just now, visits asked for, schedules that are set."""

from playwright.sync_api import expect

from tests.browser.looks import Looks
from tests.browser.pages import Pages
from tests.browser.site import Site

BACKSTAGE = "tests.browser.fetching.backstage"
FETCHING = "/p/CP00010/fetching/"


def test_the_looks(pages: Pages, site: Site, looks: Looks) -> None:
    pk = site.call(f"{BACKSTAGE}:waiting")
    site.call(f"{BACKSTAGE}:fails", pk)
    page = pages.open(FETCHING, "charlie")
    expect(page.locator("main")).to_contain_text("permission denied")
    looks(page)
    page = pages.open(f"{FETCHING}accounts/{pk}/", "charlie")
    expect(page.locator("main")).to_contain_text("Every 15 minutes, 07:")
    looks(page)
    page.get_by_label("From").fill("noon")
    page.get_by_role("button", name="Add the schedule").click()
    expect(page.get_by_role("alert")).to_contain_text("Write the time as 19:30")
    looks(page)


def test_a_visit_and_a_file_are_asked_for(pages: Pages, site: Site) -> None:
    site.call(f"{BACKSTAGE}:waiting")
    page = pages.open(FETCHING, "alice")
    page.get_by_role("button", name="Fetch now").first.click()
    expect(page.locator("main")).to_contain_text("A visit is asked for")
    page.get_by_role("button", name="Visit now").first.click()
    expect(page.locator("main")).to_contain_text("The account has no key")


def test_an_administrator_sets_pauses_and_removes_a_schedule(
    pages: Pages, site: Site
) -> None:
    pk = site.call(f"{BACKSTAGE}:waiting")
    page = pages.open(f"{FETCHING}accounts/{pk}/", "charlie")
    page.get_by_role("radio", name="At given times").check()
    expect(page.get_by_label("Every so many minutes")).to_be_hidden()
    page.get_by_label("Times", exact=True).fill("19:10, 22:30")
    page.get_by_role("button", name="Add the schedule").click()
    row = page.locator("tbody tr").filter(has_text="At 19:10, 22:30")
    expect(row).to_have_count(1)
    row.get_by_role("button", name="Pause").click()
    expect(row).to_contain_text("Paused")
    row.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove it").click()
    expect(row).to_have_count(0)
