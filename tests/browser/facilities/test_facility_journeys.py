"""From a host that nobody knows to a confirmed key; from an end to its note."""

import re
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from tests.browser.facilities.conftest import BACKSTAGE
from tests.browser.pages import Pages
from tests.browser.site import Site

WORKER = 30_000  # it may still be starting


def state(page: Page, word: str) -> None:
    expect(page.locator("#key-h + .status")).to_contain_text(word)


def test_a_facility_is_added_from_a_preset(pages: Pages) -> None:
    page = pages.open("/", "sam")
    page.get_by_role("link", name="Facilities").first.click()
    page.get_by_label("RRS sandbox").check()
    page.get_by_role("button", name="Add facility").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("RRS sandbox")
    expect(page.get_by_text("Not confirmed")).to_have_count(4)


def test_a_host_key_is_seen_proposed_and_confirmed_by_a_second_person(
    pages: Pages, site: Site
) -> None:
    host = f"/site/facilities/hosts/{site.call(f'{BACKSTAGE}:host_nobody_knows')}/"
    page = pages.open(host, "sam")
    state(page, "Not confirmed")
    page.get_by_role("button", name="Pre-flight").click()
    expect(page.get_by_text("2 shared").first).to_be_visible(timeout=WORKER)
    expect(page.get_by_text("A worker asks the host")).to_have_count(0)
    page.get_by_role("button", name="It is HKEX’s key").click()
    state(page, "Awaiting approval")
    expect(page.get_by_role("button", name="Confirm this key")).to_have_count(0)

    second = pages.open("/site/facilities/", "tess")
    waiting = second.locator(
        "tr[id^='awaiting-']", has=second.locator(f"[href='{host}']")
    )
    expect(waiting).to_contain_text("Yours to compare")
    waiting.get_by_role("link").click()
    second.get_by_role("button", name="Confirm this key").click()
    state(second, "Confirmed")
    expect(second.get_by_text("Approved by tess")).to_be_visible()


def test_a_changed_key_shows_both_and_what_it_means(
    pages: Pages, host: str, site: Site
) -> None:
    site.call(f"{BACKSTAGE}:host_key_of_another", host.split("/")[-2])
    page = pages.open(host, "sam")
    page.get_by_role("button", name="Pre-flight").click()
    changed = page.get_by_role("heading", name="The key of this host has changed")
    expect(changed).to_be_visible(timeout=WORKER)
    shown = page.get_by_text(re.compile("the host shows")).inner_text()
    assert len(set(re.findall(r"SHA256:\S{43}", shown))) == 2


def test_a_person_takes_note_of_an_end(pages: Pages, made: dict[str, str]) -> None:
    page = pages.open("/p/CP00010/", "charlie")
    page.get_by_role("link", name="All that expires").click()
    row = page.locator(f"#row-{made['near']}")
    row.get_by_role("button", name="Take note").click()
    expect(row).to_contain_text("Noted")


def test_a_calendar_reads_the_address_that_is_shown_once(
    pages: Pages, made: dict[str, str]
) -> None:
    page = pages.open("/p/CP00010/expiry/", "charlie")
    page.get_by_role("button", name="Make a secret address").click()
    address = page.locator("[data-copy*='/calendar/']").get_attribute("data-copy")
    assert address is not None
    with urllib.request.urlopen(address, timeout=10) as answer:
        assert b"DCXYZ002" in answer.read()
    page.get_by_role("button", name="Revoke the address").click()
    expect(page.get_by_text("answers nobody any more")).to_be_visible()
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(address, timeout=10)


def test_the_checklist_is_marked(pages: Pages, made: dict[str, str]) -> None:
    path = f"/p/CP00010/keys/accounts/{made['account']}/readiness/"
    page = pages.open(path, "charlie")
    line = page.locator("#step-EU_ECPSFTP")
    line.get_by_role("button", name="Mark as held").click()
    expect(line).to_contain_text("Marked by charlie")
