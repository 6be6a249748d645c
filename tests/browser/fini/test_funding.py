"""Funding in Chromium: two people, a total, a code; and how it looks."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, StorageState, expect

from tests.browser.looks import Looks
from tests.browser.pages import Pages
from tests.browser.site import Site
from tests.portal.people.builders import code, wrong_code

BACKSTAGE = "tests.browser.fini.funding_backstage:"
FUNDING = "/p/CP00010/fini/funding/"
TOTAL = "13,622,445.00"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """One of its own: what has funding cannot be set up from nothing afterwards."""
    with Site() as running:
        running.call("tests.browser.scenes:cast")
        yield running


@pytest.fixture(scope="module")
def _states() -> dict[str, StorageState]:
    """Of this site alone."""
    return {}


@pytest.fixture
def app_of_bob(pages: Pages, site: Site) -> Iterator[None]:
    """Set up once he is signed in, and gone for the tests that sign him in."""
    pages.open("/p/CP00010/", "bob")
    site.call(f"{BACKSTAGE}gets_an_app", "bob")
    yield
    site.call(f"{BACKSTAGE}loses_the_app", "bob")


def address_of(pk: str) -> str:
    return f"{FUNDING}proposals/{pk}/"


def propose(page: Page) -> None:
    """Four to confirm, the fifth to reject, of those that just came."""
    for number in range(4):
        page.get_by_label("Confirm").nth(number).check()
    page.get_by_label("Reject").nth(4).check()
    page.get_by_role("button", name="Review the selection").click()
    expect(page.locator(".stats")).to_contain_text(f"HK$ {TOTAL}")
    page.get_by_label("Why is it rejected?").fill("Account short at 14:40")
    page.get_by_role("button", name="Propose 4 confirmations and 1 rejection").click()


def approve(page: Page, total: str, digits: str) -> None:
    page.get_by_label("Type the total to be confirmed").fill(total)
    page.get_by_label("One-time code").fill(digits)
    page.get_by_role("button", name="Approve 4 confirmations and 1 rejection").click()


def test_two_people_confirm_funding_with_the_total_and_a_code(
    pages: Pages, site: Site, app_of_bob: None
) -> None:
    site.call(f"{BACKSTAGE}comes")
    page = pages.open(FUNDING, "alice")
    propose(page)
    expect(page.locator("main")).to_contain_text("You cannot approve your own proposal")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    there = page.url.removeprefix(site.url)
    watching = pages.open(there, "dora")
    approver = pages.open(there, "bob")
    approve(approver, "13,622,445.01", code())
    expect(approver.locator("#total-e")).to_contain_text("not what you typed")
    approve(approver, TOTAL, wrong_code())
    expect(approver.locator("#code-e")).to_contain_text("not the code shown now")
    assert site.call(f"{BACKSTAGE}sent") == 0
    approve(approver, TOTAL, code())
    expect(approver.locator("main")).to_contain_text("A worker sends it")
    expect(watching.locator("#proposal")).to_contain_text("Approved by bob")
    site.call(f"{BACKSTAGE}work")
    expect(watching.locator("#proposal")).to_contain_text("5 of 5 done at FINI")
    expect(watching.locator("tbody tr").first).to_contain_text("Done")
    assert site.call(f"{BACKSTAGE}sent") == 1


LIVE = """() => {
  const part = document.querySelector("#proposal");
  const headers = { "X-Partial": "1" };
  const told = { source: part, target: part, swap: "patch", headers };
  return htmx.ajax("GET", part.dataset.liveUrl, told);
}"""


def test_a_refused_total_outlives_what_is_live(pages: Pages, site: Site) -> None:
    """The refusal itself is news, and fetches the page anew at once."""
    pk = site.call(f"{BACKSTAGE}proposed")
    page = pages.open(address_of(pk), "bob")
    page.get_by_label("Type the total to be confirmed").fill("1")
    page.get_by_role("button", name="Approve 4 confirmations").click()
    page.get_by_text("Nothing was decided").first.wait_for()
    page.evaluate(LIVE)
    expect(page.get_by_role("alert")).to_contain_text("not what you typed")
    expect(page.locator("#total-e")).to_contain_text("not what you typed")
    page.get_by_label("Type the total to be confirmed").fill(TOTAL)
    page.evaluate(LIVE)
    expect(page.get_by_role("heading", name="Your decision")).to_have_count(1)
    expect(page.get_by_label("Type the total to be confirmed")).to_have_value(TOTAL)


def test_what_changed_at_fini_is_not_sent_and_today_says_so(
    pages: Pages, site: Site
) -> None:
    pk = site.call(f"{BACKSTAGE}proposed")
    today = pages.open("/p/CP00010/", "bob")
    expect(today.locator("#panel-funding")).to_contain_text("Awaiting approval")
    page = pages.open(address_of(pk), "bob")
    page.get_by_label("Type the total to be confirmed").fill(TOTAL)
    page.get_by_role("button", name="Approve 4 confirmations").click()
    before = site.call(f"{BACKSTAGE}sent")
    site.call(f"{BACKSTAGE}changes", pk)
    site.call(f"{BACKSTAGE}work")
    expect(page.locator("#proposal")).to_contain_text("It was not sent in full")
    assert site.call(f"{BACKSTAGE}sent") == before
    expect(today.locator("main")).to_contain_text("was not sent in full")


def test_it_goes_back_with_a_reason(pages: Pages, site: Site) -> None:
    pk = site.call(f"{BACKSTAGE}proposed")
    proposer = pages.open(address_of(pk), "alice")
    page = pages.open(address_of(pk), "bob")
    page.get_by_label("Why it goes back").fill("The fifth is covered by now")
    page.get_by_role("button", name="Send back to alice").click()
    expect(proposer.locator("#proposal")).to_contain_text("The fifth is covered by now")


def test_the_list_and_the_review(pages: Pages, site: Site, looks: Looks) -> None:
    site.call(f"{BACKSTAGE}comes")
    page = pages.open(FUNDING, "alice")
    looks(page)
    page.get_by_label("Reject").nth(0).check()
    page.get_by_role("button", name="Review the selection").click()
    looks(page)
    page.get_by_role("button", name="Propose 1 rejection").click()
    expect(page.get_by_role("alert")).to_contain_text("no reason is given")
    looks(page)


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_a_proposal_that_waits(
    pages: Pages, site: Site, looks: Looks, who: str
) -> None:
    pk = site.call(f"{BACKSTAGE}proposed")
    page = pages.open(address_of(pk), who)
    looks(page)
    today = pages.open("/p/CP00010/", who)
    looks(today)


def test_a_refused_approval(pages: Pages, site: Site, looks: Looks) -> None:
    pk = site.call(f"{BACKSTAGE}proposed")
    page = pages.open(address_of(pk), "bob")
    page.get_by_label("Type the total to be confirmed").fill("13")
    page.get_by_role("button", name="Approve 4 confirmations").click()
    expect(page.locator("#total-e")).to_be_visible()
    looks(page)


def test_a_proposal_that_met_an_exception(
    pages: Pages, site: Site, looks: Looks
) -> None:
    pk = site.call(f"{BACKSTAGE}proposed")
    site.call(f"{BACKSTAGE}ended", pk)
    page = pages.open(address_of(pk), "dora")
    expect(page.locator("main")).to_contain_text("Not at this hour.")
    looks(page)


def test_a_participant_that_may_not_fund(pages: Pages, looks: Looks) -> None:
    page = pages.open("/p/CP00099/fini/funding/", "mallory")
    expect(page.locator("main")).to_contain_text("No profile may confirm funding")
    looks(page)
