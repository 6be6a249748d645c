"""The spine: a second factor, a real zip, four eyes, Accepted live, and the log."""

import csv
import hashlib
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import Pages
from tests.browser.site import PASSWORD
from tests.browser.submissions import journey as people
from tests.browser.submissions.journey import SUBMIT, Journey
from tests.portal.people.builders import code


def sign_in_with_app(page: Page) -> None:
    page.fill("[name=login]", "erin")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/accounts/login/code/**")
    page.fill("[name=code]", code())
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/accounts/login" not in url)


@pytest.mark.ledger("ECP-12", "ECP-31", "ECP-35")
def test_a_file_reaches_the_exchange_and_its_acknowledgment_comes_back_live(
    pages: Pages, journey: Journey
) -> None:
    page = pages.open("/accounts/login/")
    sign_in_with_app(page)
    page.goto(journey.site.url + SUBMIT)
    path = journey.file()
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest().upper()
    journey.send(page, path)
    people.expect_state(page, "Awaiting approval")
    page.evaluate("window.stillTheSame = true")

    approver = pages.open(page.url.removeprefix(journey.site.url), "bob")
    expect(approver.get_by_text(sha256[:56]).first).to_be_visible()
    expect(approver.get_by_text("rules pass")).to_be_visible()
    people.approve(approver)

    people.expect_state(page, "Accepted")
    expect(page.get_by_text("Accepted by HKEX at")).to_be_visible()
    expect(page.locator(".file-view pre")).to_contain_text(sha256)
    assert page.evaluate("window.stillTheSame")

    page.goto(f"{journey.site.url}/p/CP00010/activity/")
    wanted = f"Submit [HBCNMAPP] File with Filename [{path.name}], checksum [{sha256}]"
    expect(page.get_by_text(wanted).first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^Export")).click()
    with download.value.path().open(newline="", encoding="utf-8-sig") as exported:
        rows = list(csv.reader(exported))
    assert any(row[3:] == [wanted, "Successful"] for row in rows)
