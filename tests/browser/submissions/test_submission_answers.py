"""HKEX says no, a person says no, nobody says anything: each as its people see it."""

from playwright.sync_api import Page, expect

from tests.browser.pages import Pages
from tests.browser.submissions import journey as people
from tests.browser.submissions.journey import LIVE, SUBMIT, Journey, Switches

REASON = "File name contains invalid characters"


def sent(pages: Pages, journey: Journey) -> tuple[Page, Page]:
    """The operator's and the approver's page of a submission that waits."""
    page = pages.open(SUBMIT, "alice")
    journey.send(page, journey.file())
    approver = pages.open(page.url.removeprefix(journey.site.url), "bob")
    return page, approver


def test_a_rejection_shows_hkexs_code_and_reason(
    pages: Pages, journey: Journey, box: Switches
) -> None:
    box.faults(result={"kind": "reject", "code": "4007", "reason": REASON, "times": 1})
    page, approver = sent(pages, journey)
    people.approve(approver)
    people.expect_state(page, "Rejected")
    expect(page.get_by_text(f": 4007 {REASON}")).to_be_visible()
    expect(page.locator(".file-view pre")).to_contain_text(f"4007 {REASON}")
    page.get_by_role("link", name="Submit a corrected file").click()
    journey.send(page, journey.file())
    expect(page.get_by_text("It replaces SUB-")).to_be_visible()


def test_a_declined_file_goes_nowhere(
    pages: Pages, journey: Journey, box: Switches
) -> None:
    before = len(box.receptions())
    page, approver = sent(pages, journey)
    people.decline(approver, "This is yesterday’s list")
    people.expect_state(page, "Declined")
    expect(page.get_by_text("Declined by bob at ").first).to_be_visible()
    expect(page.get_by_text("This is yesterday’s list").first).to_be_visible()
    assert len(box.receptions()) == before


def test_an_unconfirmed_one_is_decided_by_two_people_and_sent_again(
    pages: Pages, journey: Journey, box: Switches
) -> None:
    box.faults(result="none")
    page, approver = sent(pages, journey)
    people.approve(approver)
    people.expect_state(page, "Unconfirmed")
    expect(page.get_by_role("button", name="Keep waiting")).to_be_visible()
    expect(page.get_by_label("Keep waiting until")).to_be_visible()
    page.get_by_label("HKEX does not have it").check()
    expect(page.get_by_label("Keep waiting until")).to_be_hidden()
    page.get_by_label("How do you know?").fill("Ms Lee, HKEX, 15:10: nothing came")
    page.get_by_role("button", name="Send the decision to an approver").click()
    expect(page.get_by_text("another person decides").first).to_be_visible()
    people.expect_state(page, "Unconfirmed")

    approver.goto(page.url)
    people.approve(approver)
    people.expect_state(page, "Abandoned")
    box.no_faults()
    page.get_by_role("button", name="Submit the same file again").click()
    expect(page.get_by_text("It replaces SUB-")).to_be_visible()
    approver.goto(page.url)
    people.approve(approver)
    people.expect_state(page, "Accepted")


def test_a_cut_line_is_unconfirmed_and_never_sent_twice(
    pages: Pages, journey: Journey, box: Switches
) -> None:
    box.faults(cut_after_close=True, result="none")
    page, approver = sent(pages, journey)
    people.approve(approver)
    people.expect_state(page, "Unconfirmed")
    expect(
        page.get_by_text("Nothing is sent again until a person decides.")
    ).to_be_visible(timeout=LIVE)
    sha256 = journey.latest()["sha256"]
    assert [r["sha256"] for r in box.receptions()].count(sha256) <= 1
