"""A key is made, registered and renewed on the pages; a wrong turn is told."""

import re

import pytest
from cryptography.hazmat.primitives.serialization import PrivateFormat
from playwright.sync_api import expect

from tests.browser.keys import steps
from tests.browser.pages import Pages
from tests.browser.site import Site
from tests.keys.keyfiles import private_file

BACKSTAGE = "tests.browser.keys.backstage"
KEYS = "/p/CP00010/keys/"
LIVE = 20_000  # ms: a server and a browser share two cores


@pytest.mark.ledger("ECP-58")
def test_make_register_renew_and_both_keys_are_on_the_timeline(
    pages: Pages, site: Site
) -> None:
    pk = site.call(f"{BACKSTAGE}:account")
    page = pages.open(f"{KEYS}accounts/{pk}/", "charlie")
    steps.make(page)
    _, content = steps.public_file(page)
    assert "BEGIN SSH2 PUBLIC KEY" in content
    steps.compare(page, page.locator(".tasks .mono").last.inner_text())
    steps.record(page)

    approver = pages.open(f"{KEYS}accounts/{pk}/", "bob")
    approver.get_by_role("button", name=re.compile("^Approve")).click()
    current = page.locator(".slot").first
    expect(current).to_contain_text("Creation Date", timeout=LIVE)
    site.call(f"{BACKSTAGE}:age_key", pk, 400)
    page.reload()

    steps.renew(page)
    renewal = steps.renewal(page)
    expect(renewal).to_contain_text("Queued")
    page.evaluate("window.stillTheSame = true")
    site.call(f"{BACKSTAGE}:answer_renewal", pk)
    expect(renewal.locator("pre")).to_be_visible(timeout=LIVE)
    expect(page.locator(".chart .bar-a")).to_be_visible()
    expect(page.locator(".chart .bar-b")).to_be_visible()
    expect(page.get_by_text("Both keys log in").first).to_be_visible()
    expect(current).to_contain_text("Expires in 14 days")
    site.call(f"{BACKSTAGE}:prove_renewal", pk)
    expect(renewal).to_contain_text("Complete", timeout=LIVE)
    assert page.evaluate("window.stillTheSame")


@pytest.mark.ledger("ECP-67")
def test_a_compromised_key_is_asked_about_marked_and_replaced(
    pages: Pages, site: Site
) -> None:
    pk = site.call(f"{BACKSTAGE}:with_keys")
    page = pages.open(f"{KEYS}accounts/{pk}/", "charlie")
    page.get_by_role("link", name=re.compile("^Compromised")).click()
    expect(page.get_by_text("this cannot be taken back")).to_be_visible()
    steps.press(page, "Mark the key")
    expect(page.get_by_text("Failed: compromised").first).to_be_visible()
    expect(steps.renewal(page)).to_contain_text("Queued")


def test_a_private_key_where_a_public_one_belongs_never_comes_back(
    pages: Pages, site: Site
) -> None:
    pk = site.call(f"{BACKSTAGE}:waiting")
    page = pages.open(f"{KEYS}key/{pk}/register/", "charlie")
    secret = private_file(PrivateFormat.OpenSSH).decode()
    page.get_by_label("The fingerprint that HKEX shows").fill(secret)
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("treat the key as exposed")).to_be_visible()
    assert "PRIVATE KEY" not in page.content()


@pytest.mark.ledger("ECP-61")
def test_the_rules_of_the_password_turn_while_one_types(
    pages: Pages, site: Site
) -> None:
    site.call(f"{BACKSTAGE}:account")
    page = pages.open(f"{KEYS}encryption/sandbox/", "charlie")
    rules = page.locator("#password-rules")
    expect(rules).to_contain_text("Not yet")
    page.get_by_label("New password", exact=True).fill("Harbour-View-88!")
    page.get_by_label("New password again").fill("Harbour-View-88!")
    expect(rules).not_to_contain_text("Not yet", timeout=LIVE)
    page.get_by_role("button", name="Store the new password").click()
    confirm = page.get_by_role("button", name="Confirm that it is set at ECP")
    expect(confirm).to_be_visible()
    confirm.click()
    expect(page.get_by_text("The new password is in use from now on.")).to_be_visible()
    assert "Harbour-View-88!" not in page.content()
