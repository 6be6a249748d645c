"""From no profile to a board of IPOs, against the sandbox's own gateway."""

import json
import re

import pytest
from joserfc.jwk import RSAKey
from playwright.sync_api import Page, expect

from tests.browser.fini.hkex import MACHINE_UUID, Fini
from tests.browser.pages import Pages
from tests.browser.site import Site

LIVE = 40_000  # ms: a worker, a sandbox and a browser share two cores
BACKSTAGE = "tests.browser.fini.backstage"
PROFILES, IPOS = "/p/CP00010/fini/profiles/", "/p/CP00010/fini/ipos/"
ISSUER = "harbour-portal"


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=re.compile(f"^{words}")).first.click(timeout=LIVE)


def jwks(page: Page, part: str) -> str:
    """As it stands to be pasted."""
    return page.get_by_label(f"JWKS of the {part} profile", exact=True).inner_text()


def set_up(page: Page) -> None:
    page.get_by_role("link", name="Set up a profile").click()
    page.get_by_label("Issuer of the agent profile").fill(ISSUER)
    page.get_by_label("UUID of the machine profile").fill(MACHINE_UUID)
    page.get_by_label("EIPO subscriptions").check()
    page.get_by_label("EIPO funding").check()
    press(page, "Set up the profile")


def make_keys(page: Page) -> None:
    for part in ("agent", "machine"):
        page.get_by_role("link", name=f"Make a key for the {part} profile").click()
        press(page, "Make the key")
        expect(
            page.get_by_label(f"JWKS of the {part} profile", exact=True)
        ).to_be_visible()


def record_both(page: Page) -> None:
    waiting = page.get_by_role("button", name=re.compile("^Record as registered"))
    for left in (1, 0):
        press(page, "Record as registered")
        expect(waiting).to_have_count(left)


def run_the_test(page: Page) -> None:
    press(page, "Run the connection test")


@pytest.mark.ledger("FINI-01/P", "FINI-02/P", "FINI-03/P")
def test_a_profile_is_set_up_registered_tested_and_fills_the_board(
    pages: Pages, site: Site, fini: Fini
) -> None:
    site.call(f"{BACKSTAGE}:none")
    page = pages.open(PROFILES, "charlie")
    set_up(page)
    make_keys(page)
    fini.paste(jwks(page, "agent"), jwks(page, "machine"), ISSUER)
    record_both(page)

    run_the_test(page)
    card = page.locator(
        "section", has=page.get_by_role("heading", name="Connection test")
    )
    expect(card.get_by_text("Successful")).to_be_visible(timeout=LIVE)
    for step in ("Access token", "Crypto meta", "IPO list"):
        expect(card.get_by_text(step, exact=True)).to_be_visible()
    expect(card.get_by_text("HKEX’s is")).to_be_visible()
    expect(page.locator("#agent .status").first).to_contain_text("Registered")

    board = pages.open(IPOS, "alice")
    press(board, "Ask FINI now")
    row = board.locator("tbody tr", has_text="1234")
    expect(row).to_contain_text("KYG017191142", timeout=LIVE)
    expect(row).to_contain_text("25")

    labels = pages.open(f"{IPOS}labels/", "charlie")
    labels.get_by_label("Label of Status of an IPO 60", exact=True).fill("Allotted")
    press(labels, "Store the label of Status of an IPO 60")
    fini.move("1234", "60")
    press(board, "Ask FINI now")
    expect(row).to_contain_text("Allotted (60)", timeout=LIVE)
    expect(row).to_contain_text("25 → Allotted (60)")
    row.get_by_role("link", name="1234").click()
    expect(board.get_by_text("boardLot")).to_be_visible()


def test_a_gateway_that_does_not_let_us_in_says_why(
    pages: Pages, site: Site, fini: Fini
) -> None:
    site.call(f"{BACKSTAGE}:none")
    page = pages.open(PROFILES, "charlie")
    set_up(page)
    make_keys(page)
    # Client Connect was given an older key of the agent's.
    fini.paste(other_jwks(), jwks(page, "machine"), ISSUER)
    record_both(page)
    run_the_test(page)
    card = page.locator(
        "section", has=page.get_by_role("heading", name="Connection test")
    )
    expect(card.get_by_text("Failed")).to_be_visible(timeout=LIVE)
    expect(card.locator("li[data-s=bad]")).to_contain_text("Access token")


@pytest.mark.ledger("FINI-02/P")
def test_a_private_key_that_is_pasted_is_refused_and_not_given_back(
    pages: Pages, site: Site
) -> None:
    pk = site.call(f"{BACKSTAGE}:profile")
    page = pages.open(f"{PROFILES}{pk}/agent/compare/", "charlie")
    whole = RSAKey.generate_key(2048, private=True).as_dict(private=True)
    page.get_by_label("JWKS", exact=True).fill(json.dumps({"keys": [whole]}))
    press(page, "Compare")
    expect(page.get_by_text("treat the key as exposed")).to_be_visible()
    expect(page.get_by_label("JWKS", exact=True)).to_have_value("")


def other_jwks() -> str:
    """Of a key that is not ours."""
    public = RSAKey.generate_key(2048).as_dict(private=False)
    ends = {"use": "sig", "alg": "RS256", "exp": 1_826_000_000, "kid": "another"}
    return json.dumps({"keys": [{**public, **ends}]})
