"""A key from its making to the switch, with HKEX's answers as they really come."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.keys import steps
from tests.browser.keys.rehearsal.account import Account
from tests.browser.keys.rehearsal.hkex import Hkex
from tests.browser.keys.steps import LIVE
from tests.browser.pages import Pages

Move = Callable[[int], None]


def approve(pages: Pages, account: Account) -> None:
    page = account.open(pages, "bob")
    steps.press(page, "Approve")


def alerts(pages: Pages) -> Locator:
    """Those on the page of today."""
    return pages.open("/p/CP00010/", "charlie").locator(".notice")


def try_a_login(page: Page, account: Account, key: str) -> None:
    """HKEX lets this key in once more, and the page shows it by itself."""
    before = account.logins(key)
    steps.press(page, "Try a login")
    account.expect_logins(key, before + 1)
    expect(steps.latest_login(page)).to_contain_text("Successful", timeout=LIVE)


@pytest.mark.ledger("ECP-45/P", "ECP-47/P", "ECP-58")
def test_a_key_is_made_registered_renewed_and_switched_to(
    pages: Pages, account: Account, hkex: Hkex, days_later: Move
) -> None:
    page = account.open(pages)
    steps.make(page)
    name, content = steps.public_file(page)
    first = hkex.register(account.login, content, name)
    steps.compare(page, first)
    steps.record(page)
    approve(pages, account)
    expect(steps.slot(page, "Current key")).to_contain_text(first, timeout=LIVE)
    account.expect_logins(first, 1)
    expect(steps.latest_login(page)).to_contain_text("Successful", timeout=LIVE)

    days_later(400)
    page.reload()
    steps.renew(page)
    expect(steps.renewal(page)).to_contain_text("Complete", timeout=LIVE)
    expect(steps.bars(page)).to_have_count(2)
    second = account.in_use()
    expect(steps.slot(page, "Current key")).to_contain_text(first)
    expect(steps.slot(page, "Renewed key")).to_contain_text(second)

    days_later(413)
    page.reload()
    expect(steps.slot(page, "Current key")).to_contain_text(first)

    days_later(414)
    page.reload()
    expect(steps.slot(page, "Current key")).to_contain_text(second)
    expect(steps.slot(page, "Renewed key")).to_contain_text("Not set up")
    expect(steps.bars(page)).to_have_count(1)
    try_a_login(page, account, second)
    assert account.there()["slots"]["current"]["fingerprint"] == second
    assert account.there()["refused"] == {}


@pytest.mark.ledger("ECP-50/P")
def test_a_rejected_renewal_says_why_and_leaves_the_old_key_in_use(
    pages: Pages, account: Account, hkex: Hkex
) -> None:
    old = account.begin()
    hkex.faults(
        key_result={"kind": "reject", "code": "4007", "reason": "Characters again"}
    )
    page = account.open(pages)
    steps.renew(page)
    renewal = steps.renewal(page)
    expect(renewal).to_contain_text("Rejected", timeout=LIVE)
    expect(renewal).to_contain_text("4007 Characters again")
    expect(renewal).to_contain_text("The old key stays in use")
    expect(steps.slot(page, "Current key")).to_contain_text(old)
    expect(steps.bars(page)).to_have_count(1)
    assert account.in_use() == old

    alert = alerts(pages).filter(has_text=f"The new key of {account.login}")
    expect(alert).to_contain_text("was not taken")
    expect(alert).to_contain_text("4007 Characters again")

    hkex.no_faults()
    page.reload()
    steps.renew(page)
    expect(steps.renewal(page)).to_contain_text("Complete", timeout=LIVE)
    expect(alert).to_have_count(0, timeout=LIVE)


@pytest.mark.ledger("ECP-67")
def test_a_compromised_key_replaces_itself_and_is_not_used_again(
    pages: Pages, account: Account, hkex: Hkex
) -> None:
    old = account.begin()
    page = account.open(pages)
    try_a_login(page, account, old)
    page.get_by_role("link", name=re.compile("^Compromised")).click()
    steps.press(page, "Mark the key")
    expect(steps.renewal(page)).to_contain_text("Complete", timeout=LIVE)
    expect(page.get_by_text("The mark goes when a new key")).to_have_count(0)
    new = account.in_use()
    assert new != old
    account.expect_logins(old, 2)  # the one before, and that with the new key in hand

    try_a_login(page, account, new)
    account.expect_logins(old, 2)


@pytest.mark.ledger("ECP-52/P")
def test_a_warning_of_hkex_that_says_otherwise_is_an_alert_with_both_days(
    pages: Pages, account: Account, days_later: Move
) -> None:
    key = account.begin()
    account.recorded_later(9)
    theirs = account.there()["slots"]["current"]["expires_on"]
    ours = str(dt.date.fromisoformat(theirs) + dt.timedelta(9))
    days_later(720)
    page = account.open(pages)
    try_a_login(page, account, key)
    notice = page.locator(".notice").filter(has_text="another expiration date")
    expect(notice).to_contain_text(f"Ours: {ours}. HKEX’s: {theirs}.", timeout=LIVE)

    alert = alerts(pages).filter(has_text=f"HKEX’s warning about {account.login}")
    expect(alert).to_contain_text(f"ours {ours}, HKEX’s {theirs}")
