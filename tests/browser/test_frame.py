"""The frame in Chromium: band, clock, live updates, errors, both widths and themes."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import Looks
from tests.browser.pages import Pages
from tests.browser.site import Site

SCENES = "tests.browser.scenes"
Axe = Callable[[Page], None]


def test_axe_finds_nothing_on_today(pages: Pages, looks: Looks) -> None:
    page = pages.open("/p/CP00010/", "alice")
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    looks(page)


def test_axe_finds_nothing_where_there_is_no_page(pages: Pages, axe: Axe) -> None:
    page = pages.open("/p/CP00099/", "alice")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no page here")
    axe(page)


def test_axe_finds_nothing_on_the_wrong_address_of_a_stranger(
    pages: Pages, axe: Axe
) -> None:
    page = pages.open("/nowhere/")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no page here")
    axe(page)


def test_the_clock_ticks_in_hong_kong_time(pages: Pages) -> None:
    page = pages.open("/p/CP00010/", "alice")
    clock = page.locator("[data-clock-time]")
    before = clock.inner_text()
    assert re.fullmatch(r"\d\d:\d\d:\d\d", before)
    expect(clock).not_to_have_text(before)


def test_the_clock_says_when_it_is_lost(pages: Pages) -> None:
    page = pages.open("/p/CP00010/", "alice")
    page.route("**/clock/", lambda route: route.abort())
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_text("clock lost")).to_be_visible()


def test_a_change_appears_without_reload(pages: Pages, site: Site) -> None:
    page = pages.open("/p/CP00010/", "alice")
    expect(page.locator("[data-live-mark]").first).to_contain_text("Live, updated")
    page.evaluate("window.stillTheSame = true")
    site.call(f"{SCENES}:alert", "HBCNERBN for 00000 was rejected at 14:41")
    expect(page.get_by_text("HBCNERBN for 00000 was rejected")).to_be_visible(
        timeout=1500
    )
    assert page.evaluate("window.stillTheSame")


def test_what_happens_while_the_page_is_hidden_is_replayed(
    pages: Pages, site: Site
) -> None:
    page = pages.open("/p/CP00010/", "alice")
    _settle(page)
    _hide(page, True)
    site.call(f"{SCENES}:alert", "Told while nobody looked")
    page.wait_for_timeout(500)
    expect(page.get_by_text("Told while nobody looked")).to_have_count(0)
    _hide(page, False)
    expect(page.get_by_text("Told while nobody looked")).to_be_visible()


@pytest.mark.parametrize("hours", [-30, 1])
def test_since_when_a_page_may_have_missed_something_is_told_by_the_clock_of_now(
    pages: Pages, site: Site, hours: int
) -> None:
    """A browser that was started before its machine slept, or had its clock set,
    reckons a page's beginning wrongly by as much."""
    page = pages.open("/nowhere/", "alice")
    page.add_init_script(
        "const origin = performance.timeOrigin; Object.defineProperty(performance, "
        f"'timeOrigin', {{ get: () => origin + {hours * 3_600_000} }})"
    )
    with page.expect_request(re.compile(r"/live/\?after=")) as asked:
        page.goto(f"{site.url}/p/CP00010/")
    assert 1 <= int(asked.value.url.partition("&away=")[2]) < 60


def test_a_browser_without_a_stream_polls(pages: Pages, site: Site) -> None:
    page = pages.open("/nowhere/", "alice")
    page.route(re.compile(r"/live/\?after="), lambda route: route.abort())
    page.goto(f"{site.url}/p/CP00010/")
    site.call(f"{SCENES}:alert", "Told to one who polls")
    expect(page.get_by_text("Told to one who polls")).to_be_visible()


def test_a_lost_connection_is_said_in_words(pages: Pages, site: Site) -> None:
    page = pages.open("/p/CP00010/", "alice")
    expect(page.locator("[data-live-mark]").first).to_contain_text("Live, updated")
    page.route(re.compile(r"/live/"), lambda route: route.abort())
    _hide(page, True)
    _hide(page, False)
    expect(page.get_by_text("This page stopped updating at")).to_be_visible()
    expect(page.locator("[data-live-mark]").first).to_contain_text("Not live since")


def test_progress_is_patched_in_place(pages: Pages, site: Site) -> None:
    page = pages.open("/p/CP00010/", "alice")
    expect(page.locator("[data-live-mark]").first).to_contain_text("Live, updated")
    page.evaluate(
        """document.querySelector('main').insertAdjacentHTML('beforeend',
        '<div data-progress-topic="submission:1"><progress aria-label="Upload">'
        + '</progress><span data-progress="size"></span></div>')"""
    )
    numbers = {"sent": 52_300_000, "size": 84_200_000}
    site.call(f"{SCENES}:progress", "submission:1", numbers)
    expect(page.get_by_text("52.3 of 84.2 MB")).to_be_visible()
    assert page.locator("[data-progress-topic] progress").evaluate("e => e.value") == (
        52_300_000
    )


def test_progress_of_a_small_file_is_told_in_bytes(pages: Pages) -> None:
    page = pages.open("/p/CP00010/", "alice")
    page.evaluate(
        """document.querySelector('main').insertAdjacentHTML('beforeend',
        '<p data-progress-topic="submission:2"><span data-progress="size"></span></p>');
        portalProgress({topic: "submission:2", progress: {sent: 1090, size: 2180}})"""
    )
    expect(page.get_by_text("1,090 of 2,180 bytes")).to_be_visible()


def test_a_part_that_came_fresh_says_that_it_is_live(pages: Pages, site: Site) -> None:
    page = pages.open("/p/CP00010/", "alice")
    mark = page.locator("#panel-needs-you [data-live-mark]")
    expect(mark).to_contain_text("Live, updated")
    site.call(f"{SCENES}:alert", "Told once")
    expect(page.get_by_text("Told once")).to_be_visible()
    assert mark.inner_text().startswith("Live, updated")
    assert mark.get_attribute("data-still") is None


def test_a_hash_is_copied_whole(pages: Pages) -> None:
    page = pages.open("/p/CP00010/activity/", "dora")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = page.locator("[data-copy]").first
    whole = button.get_attribute("data-copy")
    button.click()
    expect(button).to_have_attribute("aria-label", "Copied")
    assert page.evaluate("navigator.clipboard.readText()") == whole
    expect(button).to_have_attribute("aria-label", re.compile("Copy .* in full"))


def test_a_copy_that_the_browser_refuses_is_said(pages: Pages) -> None:
    page = pages.open("/p/CP00010/activity/", "dora")
    page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject())")
    button = page.locator("[data-copy]").first
    button.click()
    expect(button).to_have_attribute("data-told", "Not copied")


def test_a_long_path_in_a_notice_stays_in_its_card_on_a_small_screen(
    pages: Pages, site: Site
) -> None:
    page = pages.open("/p/CP00010/", "alice", width=390)
    site.call(f"{SCENES}:alert", "/submission/" + 12 * "HBCNLQBN_00000_")
    expect(page.get_by_text("/submission/HBCNLQBN")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_what_is_being_typed_stays_while_the_part_around_it_changes(
    pages: Pages, site: Site
) -> None:
    page = pages.open("/p/CP00010/", "alice")
    _settle(page)
    page.evaluate(
        """document.querySelector('#panel-needs-you').insertAdjacentHTML('beforeend',
        '<form><label>Why <input name="why"></label></form>')"""
    )
    page.get_by_label("Why").fill("Seen in ECP")
    site.call(f"{SCENES}:alert", "Told beside a form")
    expect(page.get_by_text("Told beside a form")).to_be_visible()
    expect(page.get_by_label("Why")).to_have_value("Seen in ECP")
    expect(page.get_by_label("Why")).to_be_focused()
    expect(page.locator("form[data-stale]")).to_have_count(1)


def test_a_person_is_warned_before_the_session_ends(pages: Pages, site: Site) -> None:
    page = pages.open("/p/CP00010/", "alice")
    page.clock.install()
    page.reload()
    page.clock.fast_forward(28 * 60 * 1000 + 30_000)
    page.clock.run_for(2000)
    stay = page.get_by_role("button", name="Stay signed in")
    expect(stay).to_be_visible()
    page.clock.resume()
    stay.click()
    expect(stay).to_be_hidden()


def test_an_open_stream_does_not_hold_up_a_stop_and_the_page_comes_back(
    pages: Pages, site: Site
) -> None:
    page = pages.open("/p/CP00010/", "alice")
    expect(page.locator("[data-live-mark]").first).to_contain_text("Live, updated")
    began = time.monotonic()
    site.stop(site.web)
    assert time.monotonic() - began < 6
    site.call(f"{SCENES}:alert", "Told while the portal was down")
    site.web = site.start_web()
    expect(page.get_by_text("Told while the portal was down")).to_be_visible()


def test_the_menu_opens_without_javascript_on_a_small_screen(
    pages: Pages, site: Site
) -> None:
    page = pages.open("/p/CP00010/", "alice", width=390)
    link = page.get_by_role("link", name="Today")
    expect(link).to_be_hidden()
    page.locator(".nav-button").click()
    expect(link).to_be_visible()


def test_sign_out_is_a_form_that_ends_the_session(pages: Pages, site: Site) -> None:
    page = pages.open("/p/CP00099/", "mallory")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile("/accounts/"))
    page.goto(f"{site.url}/p/CP00099/")
    expect(page).to_have_url(re.compile("/accounts/login/"))


def _settle(page: Page) -> None:
    """What was told shortly before the page was opened is fetched once more."""
    expect(page.locator("[data-live-mark]").first).to_contain_text("Live, updated")
    page.wait_for_timeout(600)


def _hide(page: Page, hidden: bool) -> None:
    page.evaluate(
        "hidden => { Object.defineProperty(document, 'hidden',"
        " { value: hidden, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        hidden,
    )
