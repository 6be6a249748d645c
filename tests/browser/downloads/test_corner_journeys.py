"""Files arrive while the page is open, are found, looked into and taken as one zip."""

import hashlib
import re
import zipfile

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import Pages
from tests.browser.site import Site

BACKSTAGE = "tests.browser.downloads.backstage"
CORNER = "/p/CP00010/downloads/"
LIVE = 20_000  # ms: a server and a browser share two cores


def rows(page: Page) -> list[str]:
    return page.locator("#corner-files tbody .file-name").all_inner_texts()


@pytest.mark.ledger("ECP-24")
def test_files_arrive_without_reload_and_keep_what_was_chosen(
    pages: Pages, site: Site
) -> None:
    site.call(f"{BACKSTAGE}:arrive", "first.txt", "one")
    page = pages.open(CORNER, "alice")
    expect(page.locator("[data-live-mark]").first).to_contain_text("Live, updated")
    page.get_by_label("Choose first.txt").check()
    page.evaluate("window.stillTheSame = true")
    site.call(f"{BACKSTAGE}:arrive", "second.txt", "two", subject="Position report")
    expect(page.locator("#corner-files")).to_contain_text("second.txt", timeout=LIVE)
    expect(page.locator("#corner-news")).to_have_text("1 new file")
    expect(page.locator("tbody tr").first.locator(".count")).to_have_text("New")
    expect(page.get_by_label("Choose first.txt")).to_be_checked()
    expect(page.locator("[data-chosen-button]")).to_contain_text("1 chosen file")
    assert page.evaluate("window.stillTheSame")


def test_filters_find_and_are_cleared(pages: Pages, site: Site) -> None:
    site.call(f"{BACKSTAGE}:arrive", "needle_123.csv", "a,b\r\n1,2\r\n")
    site.call(f"{BACKSTAGE}:arrive", "hay.txt", "hay")
    page = pages.open(CORNER, "dora")
    page.get_by_label("In the name").fill("EEDLE")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#corner-files tbody tr")).to_have_count(1)
    assert rows(page) == ["needle_123.csv"]
    page.get_by_label("Platform").select_option("RAP")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("No file fits these filters")).to_be_visible()
    page.get_by_role("link", name="Clear the filters").click()
    expect(page.locator("#corner-files tbody tr").nth(1)).to_be_visible()


def test_a_table_is_looked_at_in_the_page(pages: Pages, site: Site) -> None:
    pk = site.call(f"{BACKSTAGE}:arrive", "sums.csv", "Code,Sum\r\n=1+1,<b>2</b>\r\n")
    page = pages.open(CORNER, "alice")
    page.locator(f"#file-{pk}").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Content")).to_be_visible()
    assert page.locator("td").all_inner_texts() == ["Code", "Sum", "=1+1", "<b>2</b>"]


def test_a_member_of_a_zip_is_looked_at(pages: Pages, site: Site) -> None:
    site.call(f"{BACKSTAGE}:a_day")
    page = pages.open(f"{CORNER}?q=HBCNFIMG", "alice")
    page.get_by_role("link", name="BCAN Full Image File").click()
    page.get_by_role("link", name="Look at notes.txt").click()
    expect(page.locator("pre")).to_have_text("香港")
    expect(page.get_by_text("Big5")).to_be_visible()


@pytest.mark.ledger("ECP-34")
def test_chosen_files_come_as_one_zip_byte_for_byte(pages: Pages, site: Site) -> None:
    for number in range(3):
        site.call(f"{BACKSTAGE}:arrive", f"bulk_{number}.txt", f"bulk {number}" * 9999)
    page = pages.open(f"{CORNER}?q=bulk_", "alice")
    page.get_by_label("Choose all on this page that are kept").check()
    button = page.get_by_role("button", name=re.compile("^Download 3 chosen files"))
    with page.expect_download() as download:
        button.click()
    kept = site.call(f"{BACKSTAGE}:sums")
    with zipfile.ZipFile(download.value.path()) as made:
        assert made.testzip() is None
        found = {
            name: hashlib.sha256(made.read(name)).hexdigest().upper()
            for name in made.namelist()
        }
    assert found == {name: kept[name.removeprefix("ECP/")] for name in found}
    assert len(found) == 3
    page.goto(f"{pages.site.url}/p/CP00010/activity/")
    expect(page.get_by_text("Download of [3 files]").first).to_be_visible()


def test_what_is_chosen_stays_chosen_over_the_pages(pages: Pages, site: Site) -> None:
    for number in range(12):
        site.call(f"{BACKSTAGE}:arrive", f"paged_{number}.txt", f"{number % 10}")
    page = pages.open(f"{CORNER}?q=paged_", "alice")
    button = page.locator("[data-chosen-button]")
    expect(button).to_be_disabled()
    page.get_by_label("Choose paged_11.txt").check()
    expect(button).to_have_text("Download 1 chosen file, 1 byte")
    page.get_by_role("link", name="Next").click()
    page.get_by_label("Choose paged_0.txt").check()
    with page.expect_download() as download:
        button.click()
    with zipfile.ZipFile(download.value.path()) as made:
        assert made.namelist() == ["ECP/paged_11.txt", "ECP/paged_0.txt"]
    page.get_by_role("link", name="Previous").click()
    expect(page.get_by_label("Choose paged_11.txt")).to_be_checked()
    page.get_by_role("button", name="Choose none").click()
    expect(page.get_by_label("Choose paged_11.txt")).not_to_be_checked()
    expect(button).to_be_disabled()


def test_all_that_fit_come_as_one_zip(pages: Pages, site: Site) -> None:
    for number in range(12):
        site.call(f"{BACKSTAGE}:arrive", f"every_{number}.txt", f"{number}")
    page = pages.open(f"{CORNER}?q=every_", "dora")
    with page.expect_download() as download:
        page.get_by_role("button", name="All 12 as one zip").click()
    with zipfile.ZipFile(download.value.path()) as made:
        assert len(made.namelist()) == 12


def test_a_person_begins_with_the_corner(pages: Pages, site: Site) -> None:
    page = pages.open(CORNER, "bob")
    page.get_by_role("button", name="Begin with the Download Corner").click()
    page.goto(f"{pages.site.url}/")
    expect(page.get_by_role("heading", name="Download Corner", level=1)).to_be_visible()
    page.get_by_role("button", name="Begin with Today").click()
    page.goto(f"{pages.site.url}/")
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()


def test_a_zip_that_breaks_off_is_no_file_in_the_browser(
    pages: Pages, site: Site
) -> None:
    """The connection is ended, so that the browser itself says that it failed."""
    for number in (1, 2):
        text = f"broken {number}" * 200_000
        pk = site.call(f"{BACKSTAGE}:arrive", f"broken_{number}.txt", text)
        if number == 1:
            site.call(f"{BACKSTAGE}:spoil", pk)
    page = pages.open(f"{CORNER}?q=broken_", "alice")
    with page.expect_download() as download:
        page.get_by_role("button", name="All 2 as one zip").click()
    assert download.value.failure()
    page.goto(f"{pages.site.url}/p/CP00010/activity/?status=Failed")
    expect(page.get_by_text("Nothing whole left the portal").first).to_be_visible()
