"""A batch in Chromium: uploaded, mapped, mended, approved by another; how it looks."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.looks import Looks
from tests.browser.pages import Pages
from tests.browser.site import Site
from tests.fini import batch_builders as builders

BACKSTAGE = "tests.browser.fini.batches_backstage:"
PAGES = "/p/CP00010/fini/subscriptions/"


def csv(*lines: list[str], name: str = "subscriptions.csv") -> FilePayload:
    content = builders.content(*lines)
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def upload(page: Page, *lines: list[str]) -> None:
    page.get_by_label("CSV or XLSX").set_input_files(csv(*lines))
    page.get_by_role("button", name="Upload the file").click()


def test_two_people_send_a_batch_that_was_mended(pages: Pages, site: Site) -> None:
    site.call(f"{BACKSTAGE}profile")
    alice = pages.open(f"{PAGES}new/", "alice")
    upload(alice, builders.line("CL-1"), builders.line("CL-2", appQuantity="0"))
    alice.get_by_role("button", name="Check every row").click()
    expect(alice.locator("#state")).to_contain_text("rows so far")
    site.call(f"{BACKSTAGE}read")
    problems = alice.get_by_role("region", name="Problems and warnings")
    expect(problems).to_contain_text("The quantity is not between")
    expect(alice.locator("#records")).to_contain_text("CL-2")
    with alice.expect_download() as download:
        problems.get_by_role("link", name="Download them as CSV").click()
    assert "appQuantity" in download.value.path().read_text("utf-8-sig")
    alice.get_by_role("link", name="Withdraw").first.click()
    alice.get_by_role("button", name="Withdraw").click()

    alice.goto(f"{site.url}{PAGES}new/")
    upload(alice, builders.line("CL-1"), builders.line("CL-2"))
    alice.get_by_role("button", name="Check every row").click()
    site.call(f"{BACKSTAGE}read")
    expect(alice.locator("#state")).to_contain_text("Every row passes")
    alice.get_by_role("button", name="for approval").click()
    expect(alice.locator("#state")).to_contain_text("another person decides")
    bob = pages.open(alice.url.removeprefix(site.url), "bob")
    bob.get_by_role("button", name="Approve").click()
    expect(bob.locator("#state")).to_contain_text("0 of 2 done")
    expect(alice.locator("#state")).to_contain_text("0 of 2 done")
    expect(alice.locator(".page-head")).to_contain_text("decided by bob")


def test_rows_stay_behind_by_a_persons_choice(pages: Pages, site: Site) -> None:
    page = pages.open(site.call(f"{BACKSTAGE}batch"), "alice")
    page.get_by_role("button", name="for approval").click()
    expect(page.get_by_role("alert")).to_contain_text("Rows with problems: 2.")
    page.get_by_label("without the 2 kept back").check()
    page.get_by_role("button", name="for approval").click()
    expect(page.locator("#state")).to_contain_text("Awaiting approval")


def test_a_broken_file_says_what_is_wrong_with_it(pages: Pages, site: Site) -> None:
    site.call(f"{BACKSTAGE}profile")
    page = pages.open(f"{PAGES}new/", "alice")
    broken: FilePayload = {"name": "a.csv", "mimeType": "", "buffer": b'"open\n1,2'}
    page.get_by_label("CSV or XLSX").set_input_files(broken)
    page.get_by_role("button", name="Upload the file").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing of it was kept")


def test_a_record_is_searched_and_shown_masked(pages: Pages, site: Site) -> None:
    page = pages.open(site.call(f"{BACKSTAGE}batch", "sending", 20, "A"), "dora")
    records = page.locator("#records tbody tr")
    expect(records.first).to_contain_text("Exception")
    page.get_by_label("Own reference or record ID").fill("CL-A-0007")
    page.get_by_role("button", name="Search").click()
    expect(records).to_have_count(1)
    expect(records).to_contain_text("HKID M00••••(•)")
    expect(records).to_contain_text("Authorised")


def test_two_people_decide_what_fini_does_not_tell(pages: Pages, site: Site) -> None:
    address = site.call(f"{BACKSTAGE}undecided")
    alice = pages.open(address.removesuffix("unconfirmed/"), "alice")
    alice.get_by_role("link", name="See what FINI lists").click()
    alice.get_by_label("FINI does not have it: send it again").check()
    alice.get_by_label("How do you know?").fill("Ms Lee of HKEX, at 15:10")
    alice.get_by_role("link", name="Tick all").click()
    alice.get_by_role("button", name="Send the decision").click()
    expect(alice.locator("main")).to_contain_text("another person decides")
    bob = pages.open(address, "bob")
    bob.get_by_role("button", name="Approve").click()
    expect(bob.locator("main")).to_contain_text("Nothing is left to decide")
    expect(alice.locator("main")).to_contain_text("Nothing is left to decide")
    bob.get_by_role("link", name="Open batch").click()
    expect(bob.locator("#state")).to_contain_text("Queued")


FETCH = """async () => {
  const part = document.querySelector("#state");
  const headers = {"X-Partial": "1"};
  const how = {source: part, target: part, swap: "patch", headers};
  await htmx.ajax("GET", part.dataset.liveUrl, how);
}"""


def test_a_form_in_use_is_marked_when_it_says_something_else(
    pages: Pages, site: Site
) -> None:
    address = site.call(f"{BACKSTAGE}to_approve", "invalidate")
    alice = pages.open(address, "alice")
    alice.get_by_role("button", name="for approval").click()
    expect(alice.locator("#state")).to_contain_text("another person decides")
    bob = pages.open(address, "bob")
    reason = bob.get_by_label("Reason")
    reason.fill("Not this one")
    bob.evaluate(FETCH)
    expect(bob.locator("[data-stale]")).to_have_count(0)
    bob.evaluate("document.querySelector('#state form .hint').textContent = 'Older'")
    bob.evaluate(FETCH)
    expect(bob.locator("form[data-stale]")).to_have_count(1)
    expect(reason).to_have_value("Not this one")


PLACES: dict[str, Callable[[Site], str]] = {
    "list": lambda site: PAGES,
    "upload": lambda site: f"{PAGES}new/",
    "checked": lambda site: site.call(f"{BACKSTAGE}batch"),
    "sending": lambda site: site.call(f"{BACKSTAGE}batch", "sending", 20),
    "ended": lambda site: site.call(f"{BACKSTAGE}batch", "ended", 38),
    "a change": lambda site: site.call(f"{BACKSTAGE}to_approve", "change"),
    "an end": lambda site: site.call(f"{BACKSTAGE}to_approve", "invalidate"),
    "unconfirmed": lambda site: site.call(f"{BACKSTAGE}undecided"),
    "record": lambda site: f"{PAGES}record/",
    "change": lambda site: (
        f"{PAGES}record/{site.call(f'{BACKSTAGE}one_recorded')}/change/"
    ),
    "invalidate": lambda site: (
        f"{PAGES}record/{site.call(f'{BACKSTAGE}one_recorded')}/invalidate/"
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_pages_look_right(place: str, pages: Pages, site: Site, looks: Looks) -> None:
    site.call(f"{BACKSTAGE}profile")
    page = pages.open(PLACES[place](site), "alice")
    looks(page)


def test_columns_to_choose_look_right(pages: Pages, site: Site, looks: Looks) -> None:
    site.call(f"{BACKSTAGE}profile")
    page = pages.open(f"{PAGES}new/", "alice")
    upload(page, builders.line())
    expect(page.get_by_role("button", name="Check every row")).to_be_visible()
    looks(page)
