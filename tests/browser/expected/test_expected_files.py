"""A missing report turns amber, red, excused; a habit becomes a rule; the looks."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.looks import Looks
from tests.browser.pages import Pages
from tests.browser.site import Site

BACKSTAGE = "tests.browser.expected.backstage:"
BOARD = "/p/CP00010/expected/"
RULES = f"{BOARD}rules/"


def add_rule(page: Page, pattern: str) -> None:
    """Every day by 03:00 of the day after: never over while a test runs."""
    page.get_by_label("Platform").select_option("RAP")
    page.get_by_label("File name").fill(pattern)
    page.get_by_label("Days").select_option("every")
    page.get_by_label("By, Hong Kong time").fill("03:00")
    page.get_by_label("In the night after").check()
    page.get_by_role("button", name="Add the rule").click()
    expect(page.locator("table").first).to_contain_text(pattern)


def line(page: Page, pattern: str) -> Locator:
    return page.locator("#board tbody tr").filter(has_text=pattern)


def test_a_missing_report_turns_amber_red_and_excused_on_an_open_page(
    pages: Pages, site: Site
) -> None:
    add_rule(pages.open(RULES, "charlie"), "TP001*")
    watching = pages.open(BOARD, "dora")
    expect(line(watching, "TP001*")).to_contain_text("Due")
    site.call(f"{BACKSTAGE}pass_to", "TP001*", -10)
    expect(line(watching, "TP001*")).to_contain_text("Due soon")
    site.call(f"{BACKSTAGE}pass_to", "TP001*", 0)
    expect(line(watching, "TP001*")).to_contain_text("Missing")
    page = pages.open(BOARD, "bob")
    line(page, "TP001*").get_by_role("link", name="Excuse").click()
    page.get_by_label("Reason").fill("HKEX’s circular: not distributed today")
    page.get_by_role("button", name="Excuse it").click()
    expect(line(watching, "TP001*")).to_contain_text("Excused")
    expect(line(watching, "TP001*")).to_contain_text("not distributed today")


def test_a_file_that_comes_shows_as_arrived_on_an_open_page(
    pages: Pages, site: Site
) -> None:
    add_rule(pages.open(RULES, "charlie"), "RX_AUDIT*")
    watching = pages.open(BOARD, "alice")
    expect(line(watching, "RX_AUDIT*")).to_contain_text("Due")
    site.call(f"{BACKSTAGE}comes", "RX_AUDIT_20261123.csv")
    expect(line(watching, "RX_AUDIT*")).to_contain_text("Arrived")


def test_a_file_that_came_before_the_page_could_hear_of_it_shows_too(
    pages: Pages, site: Site
) -> None:
    """Nothing of it is in the activity: the stream alone would never tell."""
    add_rule(pages.open(RULES, "charlie"), "RX_EARLY*")
    page = pages.open("/nowhere/", "alice")
    page.route(re.compile(r"/live/\?after="), lambda route: _come_first(route, site))
    page.goto(site.url + BOARD)
    expect(line(page, "RX_EARLY*")).to_contain_text("Arrived")


def _come_first(route: Route, site: Site) -> None:
    site.call(f"{BACKSTAGE}comes", "RX_EARLY_20261123.csv")
    route.continue_()


def test_what_comes_regularly_is_taken_with_a_click(pages: Pages, site: Site) -> None:
    site.call(f"{BACKSTAGE}habit")
    page = pages.open(RULES, "charlie")
    expect(page.locator("main")).to_contain_text("Came by 19:05 on 20 of the last 20")
    page.get_by_role("button", name="Expect it").click()
    expect(page.locator("main")).to_contain_text("is expected from today on")
    expect(page.get_by_role("heading", name="What comes regularly")).to_have_count(0)


@pytest.mark.parametrize("path", [BOARD, RULES])
def test_the_looks(pages: Pages, looks: Looks, path: str) -> None:
    looks(pages.open(path, "charlie"))


def test_a_refused_rule(pages: Pages, looks: Looks) -> None:
    page = pages.open(RULES, "charlie")
    page.get_by_role("button", name="Add the rule").click()
    expect(page.get_by_role("alert")).to_contain_text("such as TP001*")
    looks(page)
