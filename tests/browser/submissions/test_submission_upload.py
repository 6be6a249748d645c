"""The browser's upload: rules first, then chunks, resumed and cancelled."""

import re

from playwright.sync_api import Page, Route, expect

from tests.browser.pages import Pages
from tests.browser.submissions.journey import LIVE, SUBMIT, Journey

CHUNK = re.compile(r"/chunk/\?offset=(\d+)")
BIG = 6_000_000


class Line:
    """Counts the chunks of a page, and breaks after some of them."""

    def __init__(self, page: Page, breaks_after: int) -> None:
        self.offsets: list[int] = []
        self.breaks_after = breaks_after
        page.route(CHUNK, self._carry)

    def _carry(self, route: Route) -> None:
        found = CHUNK.search(route.request.url)
        assert found is not None
        if len(self.offsets) >= self.breaks_after:
            route.abort("connectionreset")
            return
        self.offsets.append(int(found[1]))
        route.continue_()


def complete(page: Page) -> None:
    expect(page.locator('[data-send="yes"]')).to_be_visible(timeout=LIVE)


def test_a_file_that_fails_a_rule_is_never_uploaded(
    pages: Pages, journey: Journey
) -> None:
    page = pages.open(SUBMIT, "alice")
    line = Line(page, 99)
    journey.choose(page, journey.file(day="20220225"))
    expect(page.get_by_text("1 of 14 rules fail")).to_be_visible()
    button = page.get_by_role("button", name="Send for approval")
    expect(button).to_have_attribute("aria-disabled", "true")
    button.click(force=True)
    expect(page).to_have_url(re.compile("/submit/$"))
    assert line.offsets == []


def test_a_dropped_connection_goes_on_where_it_was(
    pages: Pages, journey: Journey
) -> None:
    page = pages.open(SUBMIT, "alice")
    line = Line(page, 1)
    journey.choose(page, journey.file(size=BIG))
    expect(page.get_by_text("The connection to the portal is lost.")).to_be_visible()
    line.breaks_after = 99
    complete(page)
    assert line.offsets[:2] == [0, 1 << 20]
    assert line.offsets == sorted(set(line.offsets))


def test_after_a_reload_the_same_file_goes_on_where_it_was(
    pages: Pages, journey: Journey
) -> None:
    page = pages.open(SUBMIT, "alice")
    line, path = Line(page, 1), journey.file(size=BIG)
    journey.choose(page, path)
    expect(page.get_by_text("The connection to the portal is lost.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Choose the same file again to go on.")).to_be_visible()
    line.breaks_after = 99
    journey.choose(page, path)
    complete(page)
    assert line.offsets[:2] == [0, 1 << 20]


def test_another_file_of_the_same_name_begins_anew(
    pages: Pages, journey: Journey
) -> None:
    page = pages.open(SUBMIT, "alice")
    line = Line(page, 1)
    journey.choose(page, journey.file(size=BIG))
    expect(page.get_by_text("The connection to the portal is lost.")).to_be_visible()
    page.reload()
    line.breaks_after = 99
    journey.choose(page, journey.file(size=BIG))
    complete(page)
    assert line.offsets[:2] == [0, 0]


def test_a_cancelled_upload_is_gone(pages: Pages, journey: Journey) -> None:
    page = pages.open(SUBMIT, "alice")
    Line(page, 1)
    journey.choose(page, journey.file(size=BIG))
    expect(page.get_by_text("The connection to the portal is lost.")).to_be_visible()
    with page.expect_response(re.compile(r"/uploads/[0-9a-f-]{36}/$")) as answer:
        page.get_by_role("button", name="Cancel the upload").click()
    assert answer.value.json()["status"] == "cancelled"
    expect(page.locator("#sending")).to_be_hidden()


def test_the_bands_identity_follows_the_form(pages: Pages, journey: Journey) -> None:
    page = pages.open(SUBMIT, "alice")
    band = page.locator("[data-acting-for]")
    expect(band).to_have_text("AAA000 (CE number)")
    page.get_by_label("BCAN Change for LP Quote").check()
    expect(band).to_have_text("00000 (Firm ID)")
    expect(page.get_by_label("File ID")).to_have_value("HBCNLQBN")
    expect(page.locator("#part-facts")).to_contain_text("/submission/HBCNRFEO")


def test_the_page_works_by_keyboard(pages: Pages, journey: Journey) -> None:
    page = pages.open(SUBMIT, "alice")
    page.get_by_label("BCAN-CID Mapping File for HKIDR").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Aggregated Transaction")).to_be_checked()
    for wanted in ("file_id", "sender", "file"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == wanted


def test_without_javascript_a_plain_form_does_it_all(
    pages: Pages, journey: Journey
) -> None:
    pages.open(SUBMIT, "alice")
    context = pages.browser.new_context(
        storage_state=pages.signed_in["alice"], java_script_enabled=False
    )
    pages.contexts.append(context)
    page = context.new_page()
    page.goto(journey.site.url + SUBMIT)
    page.set_input_files("#file", str(journey.file()))
    page.get_by_role("button", name="Send for approval").click()
    page.wait_for_url(re.compile(r"/submissions/[0-9a-f-]{36}/$"))
    expect(page.get_by_text("Awaiting approval until")).to_be_visible()
