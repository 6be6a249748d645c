"""Files go to another system; old ones are purged by two people; how it looks."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import Looks
from tests.browser.pages import Pages
from tests.browser.site import Site

BACKSTAGE = "tests.browser.store.backstage:"
HOME = "/p/CP00010/"
RULES = f"{HOME}hand-over/"
RETENTION = f"{HOME}retention/"


def add_rule(page: Page, title: str, pattern: str) -> None:
    page.get_by_label("Title").fill(title)
    page.get_by_label("Platform").select_option("ECP")
    page.get_by_label("File name").fill(pattern)
    page.get_by_role("button", name="Add the rule").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_what_comes_is_handed_over_on_an_open_page(
    pages: Pages, site: Site, office: Path
) -> None:
    page = pages.open(RULES, "charlie")
    add_rule(page, "Back office", "HBCN*")
    watching = pages.open(page.url.removeprefix(site.url), "dora")
    site.call(f"{BACKSTAGE}comes", "HBCNMPRP_AAA000_1.zip")
    site.call(f"{BACKSTAGE}hand_over")
    row = watching.locator("#handed tbody tr").filter(has_text="HBCNMPRP_AAA000_1.zip")
    expect(row).to_contain_text("Done")
    assert [p.name for p in office.rglob("HBCNMPRP*.sha256")]


def test_what_fails_says_why_and_is_tried_again_by_a_click(
    pages: Pages, site: Site, office: Path
) -> None:
    page = pages.open(RULES, "charlie")
    add_rule(page, "Risk", "RISK*")
    site.call(f"{BACKSTAGE}comes", "RISK1.zip")
    away = office.with_name(f"{office.name}-away")
    office.rename(away)
    for _ in range(3):
        site.call(f"{BACKSTAGE}hand_over")
    row = page.locator("#handed tbody tr").filter(has_text="RISK1.zip")
    expect(row).to_contain_text("see whether it is mounted")
    today = pages.open(HOME, "alice")
    expect(today.locator("main")).to_contain_text("“Risk” does not hand its files over")
    today.get_by_role("link", name="Open the rule").click()
    shutil.move(away, office)
    today.get_by_role("button", name="Retry now").click()
    site.call(f"{BACKSTAGE}work")
    expect(row).to_contain_text("Done")
    expect(pages.open(HOME, "alice").locator("main")).not_to_contain_text("“Risk”")


def test_two_people_purge_what_is_old(pages: Pages, site: Site) -> None:
    site.call(f"{BACKSTAGE}kept_long_ago", 3)
    page = pages.open(RETENTION, "charlie")
    page.get_by_label("Everything kept before").fill("2013-01-01")
    page.get_by_role("button", name="Propose it").click()
    expect(page.locator("#purges")).to_contain_text("Awaiting approval")
    watching = pages.open(RETENTION, "dora")
    approver = pages.open(RETENTION, "bob")
    approver.get_by_role("button", name="Approve").click()
    site.call(f"{BACKSTAGE}purge")
    expect(watching.locator("#purges tbody tr").first).to_contain_text("3 purged")
    corner = pages.open(f"{HOME}downloads/?state=purged", "alice")
    expect(corner.locator("main")).to_contain_text("Purged")


@pytest.mark.parametrize("path", [RULES, RETENTION, HOME])
def test_the_looks(pages: Pages, looks: Looks, path: str) -> None:
    looks(pages.open(path, "charlie"))


def test_a_refused_rule(pages: Pages, looks: Looks) -> None:
    page = pages.open(RULES, "charlie")
    page.get_by_label("Name there").fill("../{name}")
    page.get_by_role("button", name="Add the rule").click()
    expect(page.get_by_role("alert")).to_contain_text("none of dots")
    looks(page)


def test_a_refused_purge(pages: Pages, looks: Looks) -> None:
    page = pages.open(RETENTION, "charlie")
    page.get_by_label("Everything kept before").fill("2025-01-01")
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_role("alert")).to_contain_text("at least 7 years")
    looks(page)


def test_a_rule_and_its_end(pages: Pages, site: Site, looks: Looks) -> None:
    page = pages.open(RULES, "charlie")
    page.locator("#hand-overs tbody a").first.click()
    looks(page)
    page.get_by_role("link", name="End", exact=True).click()
    looks(page)
