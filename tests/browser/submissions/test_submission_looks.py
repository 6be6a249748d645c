"""axe on each page of submissions, at both widths and in both themes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import Looks
from tests.browser.pages import Pages
from tests.browser.submissions.journey import BACKSTAGE, LIVE, SUBMIT, Journey
from transfers.states import SubmissionStatus

Axe = Callable[[Page], None]


def test_the_submission_page_before_and_after_a_failing_file(
    pages: Pages, journey: Journey, looks: Looks
) -> None:
    page = pages.open(SUBMIT, "alice")
    looks(page)
    journey.choose(page, journey.file(day="20220225"))
    expect(page.get_by_text("rules fail")).to_be_visible()
    looks(page)


def test_the_submission_page_with_a_good_file(
    pages: Pages, journey: Journey, axe: Axe
) -> None:
    page = pages.open(SUBMIT, "alice")
    journey.choose(page, journey.file())
    expect(page.locator('[data-send="yes"]')).to_be_visible(timeout=LIVE)
    axe(page)


@pytest.mark.parametrize("user", ["alice", "bob", "dora"])
@pytest.mark.parametrize("status", [s.value for s in SubmissionStatus])
def test_every_state_of_a_submission(
    pages: Pages, journey: Journey, status: str, user: str, axe: Axe
) -> None:
    pk = journey.site.call(f"{BACKSTAGE}:in_state", status)
    page = pages.open(f"/p/CP00010/submissions/{pk}/", user)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    axe(page)
    assert page.locator(".btn-primary").count() <= 1


def test_an_unconfirmed_one_at_each_width_and_theme(
    pages: Pages, journey: Journey, looks: Looks
) -> None:
    pk = journey.site.call(f"{BACKSTAGE}:in_state", "unconfirmed")
    looks(pages.open(f"/p/CP00010/submissions/{pk}/", "alice"))


def test_the_list_and_the_panels_of_today(
    pages: Pages, journey: Journey, looks: Looks
) -> None:
    journey.site.call(f"{BACKSTAGE}:in_state", "uploading")
    looks(pages.open("/p/CP00010/submissions/", "alice"))
    looks(pages.open("/p/CP00010/", "alice"))


def test_the_question_before_withdrawing(
    pages: Pages, journey: Journey, axe: Axe
) -> None:
    pk = journey.site.call(f"{BACKSTAGE}:in_state", "queued")
    page = pages.open(f"/p/CP00010/submissions/{pk}/withdraw/", "alice")
    axe(page)
    page.get_by_role("link", name="Keep it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("for AAA000")
