"""What people do on the key pages, in few words."""

import re

from playwright.sync_api import Locator, Page, expect

LIVE = 40_000  # ms: a worker, a sandbox and a browser share two cores


def press(page: Page, words: str) -> None:
    """A button whose answer may take long: 4096 bits are drawn before it."""
    page.get_by_role("button", name=re.compile(f"^{words}")).click(timeout=LIVE)


def make(page: Page) -> None:
    page.get_by_role("link", name="Make a key").click()
    page.get_by_label("RSA, 2048 bits").check()
    press(page, "Make the key")
    made = page.get_by_text("Register it with HKEX as below")
    expect(made).to_be_visible(timeout=LIVE)


def public_file(page: Page) -> tuple[str, str]:
    """Name and content of the file for HKEX, as it is downloaded."""
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile(r"\.pub$")).click()
    return download.value.suggested_filename, download.value.path().read_text()


def compare(page: Page, shown: str) -> None:
    """With the fingerprint that HKEX shows: it is this key."""
    page.get_by_label("The fingerprint that HKEX shows").fill(shown)
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("This is the key")).to_be_visible(timeout=LIVE)


def record(page: Page) -> None:
    page.get_by_role("button", name="Record the key as registered").click()
    waits = page.get_by_text("waits for an approver").first
    expect(waits).to_be_visible(timeout=LIVE)


def renew(page: Page) -> None:
    page.get_by_role("link", name=re.compile("^Renew the key")).click()
    press(page, "Renew the key")
    expect(renewal(page)).to_be_visible(timeout=LIVE)


def renewal(page: Page) -> Locator:
    return page.locator("section[aria-labelledby=renewal-h]")


def latest_login(page: Page) -> Locator:
    return page.locator("section[aria-labelledby=login-h]")


def slot(page: Page, title: str) -> Locator:
    """The card of the `Current key` or of the `Renewed key`."""
    return page.locator(".slot").filter(has=page.get_by_role("heading", name=title))


def bars(page: Page) -> Locator:
    """One on the timeline for each key that logs in."""
    return page.locator(".chart rect[class^=bar]")
