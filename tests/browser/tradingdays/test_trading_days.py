"""A typhoon day is set with its effect in sight, and removed again; and the looks."""

from playwright.sync_api import Page, expect

from tests.browser.looks import Looks
from tests.browser.pages import Pages

HERE = "/site/trading-days/?year=2031"
MONDAY = "2031-11-24"


def fill(page: Page) -> None:
    page.get_by_label("Day (as").fill(MONDAY)
    page.get_by_label("Closed from a time").check()
    page.get_by_label("Time, Hong Kong").fill("14:00")


def test_the_effect_is_seen_before_the_day_is_set_and_before_it_is_removed(
    pages: Pages,
) -> None:
    page = pages.open(HERE, "sam")
    fill(page)
    expect(page.locator("#effect")).to_contain_text("07:00 to 14:00")
    page.get_by_label("Reason").fill("Typhoon signal 8")
    page.get_by_role("button", name="Set the day").click()
    row = page.locator(f"[id='{MONDAY}']")
    expect(row).to_contain_text("Closed from 14:00")
    row.get_by_role("link", name="Remove").click()
    expect(page.locator("table")).to_contain_text("07:00 to 03:30")
    page.get_by_role("button", name="Remove it").click()
    expect(page.locator("main")).to_contain_text("Trading day again")
    expect(row).to_have_count(0)


def test_the_year(pages: Pages, looks: Looks) -> None:
    page = pages.open("/site/trading-days/?year=2026", "sam")
    fill(page)
    expect(page.locator("#effect")).to_contain_text("07:00 to 14:00")
    looks(page)
    assert page.locator(".btn-primary").count() == 1


def test_a_narrow_page_sets_a_day_before_it_lists_them(pages: Pages) -> None:
    page = pages.open("/site/trading-days/?year=2026", "sam", width=390)
    form = page.get_by_role("heading", name="Set a day").bounding_box()
    days = page.get_by_role("heading", name="Days unlike others").bounding_box()
    assert form is not None
    assert days is not None
    assert form["y"] < days["y"]


def test_a_refused_day(pages: Pages, looks: Looks) -> None:
    page = pages.open(HERE, "sam")
    page.get_by_role("button", name="Set the day").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what the day is.")
    looks(page)
    assert page.locator(".btn-primary").count() == 1
