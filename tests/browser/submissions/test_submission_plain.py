"""A plain file on the page: the portal makes its AES-256 zip, and that is sent."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import Looks
from tests.browser.pages import Pages
from tests.browser.submissions import journey as people
from tests.browser.submissions.journey import BACKSTAGE, LIVE, SUBMIT, Journey

Axe = Callable[[Page], None]


@pytest.fixture
def encrypted(journey: Journey) -> Iterator[None]:
    journey.site.call(f"{BACKSTAGE}:encryption", True)
    yield
    journey.site.call(f"{BACKSTAGE}:encryption", False)


def ready(page: Page) -> None:
    expect(page.locator('[data-send="yes"]')).to_be_visible(timeout=LIVE)


@contextmanager
def nothing_new(page: Page) -> Iterator[None]:
    """A zip is made sooner than a page is looked at four times; the page asks again."""
    page.route("**/submit/check/", lambda route: route.abort())
    yield
    page.unroute("**/submit/check/")


def zip_name(journey: Journey, file_id: str = "HBCNMAPP") -> str:
    return f"{file_id}_AAA000_{journey.site.call(f'{BACKSTAGE}:today')}.zip"


@pytest.mark.ledger("ECP-64", "ECP-60/P")
@pytest.mark.usefixtures("encrypted")
def test_a_plain_file_becomes_an_encrypted_zip_that_hkex_accepts(
    pages: Pages, journey: Journey
) -> None:
    page = pages.open(SUBMIT, "alice")
    journey.choose(page, journey.plain())
    ready(page)
    name = zip_name(journey)
    expect(page.locator("#part-picked")).to_contain_text(name)
    expect(page.locator("#part-packing")).to_contain_text("made from mapping.csv")
    expect(page.locator("#part-rules")).to_contain_text(
        "AES-256 zip, opens with the registered password"
    )
    sha256 = page.locator("#part-rules .hash").inner_text().replace("\n", "")
    page.locator('[data-send="yes"]').click()
    page.wait_for_url(re.compile(r"/submissions/[0-9a-f-]{36}/$"))
    expect(page.get_by_text(name).first).to_be_visible()
    people.approve(pages.open(page.url.removeprefix(journey.site.url), "bob"))
    people.expect_state(page, "Accepted")
    assert journey.latest()["sha256"] == sha256


def test_another_choice_makes_another_zip(pages: Pages, journey: Journey) -> None:
    page = pages.open(SUBMIT, "alice")
    journey.choose(page, journey.plain(1000))
    ready(page)
    page.get_by_label("Aggregated Transaction").check()
    expect(page.locator("#part-picked")).to_contain_text(
        zip_name(journey, "HBCNATBN"), timeout=LIVE
    )
    ready(page)


def test_after_a_reload_the_zip_is_offered_and_goes_on(
    pages: Pages, journey: Journey
) -> None:
    page = pages.open(SUBMIT, "alice")
    journey.choose(page, journey.plain(1000))
    ready(page)
    sha256 = page.locator("#part-rules .hash").inner_text()
    page.reload()
    page.get_by_role("link", name=re.compile("^Go on")).first.click()
    ready(page)
    assert page.locator("#part-rules .hash").inner_text() == sha256


def test_removed_it_is_gone_and_not_offered_again(
    pages: Pages, journey: Journey
) -> None:
    page = pages.open(SUBMIT, "alice")
    offered = page.get_by_role("link", name=re.compile("^Go on")).count()
    journey.choose(page, journey.plain(1000))
    ready(page)
    with page.expect_response(re.compile(r"/uploads/[0-9a-f-]{36}/$")) as answer:
        page.get_by_role("button", name=re.compile("^Remove")).click()
    assert answer.value.json()["status"] == "cancelled"
    expect(page.locator("#part-packing")).to_be_empty()
    page.reload()
    expect(page.get_by_role("link", name=re.compile("^Go on"))).to_have_count(offered)


@pytest.mark.ledger("ECP-64")
@pytest.mark.usefixtures("encrypted")
def test_without_javascript_the_page_looks_again_by_itself(
    pages: Pages, journey: Journey
) -> None:
    pages.open(SUBMIT, "alice")
    context = pages.browser.new_context(
        storage_state=pages.signed_in["alice"], java_script_enabled=False
    )
    pages.contexts.append(context)
    page = context.new_page()
    page.goto(journey.site.url + SUBMIT)
    page.set_input_files("#file", str(journey.plain(200_000)))
    page.get_by_role("button", name="Send for approval").click()
    page.wait_for_url(re.compile(r"/submit/\?upload="))
    expect(page.locator("#part-rules")).to_contain_text("rules pass", timeout=LIVE)
    page.get_by_role("button", name="Send for approval").click()
    page.wait_for_url(re.compile(r"/submissions/[0-9a-f-]{36}/$"))
    expect(page.get_by_text("Awaiting approval until")).to_be_visible()


@pytest.mark.usefixtures("encrypted")
def test_the_page_with_a_zip_that_was_made_at_each_width_and_theme(
    pages: Pages, journey: Journey, looks: Looks
) -> None:
    page = pages.open(SUBMIT, "alice")
    journey.choose(page, journey.plain(100_000))
    expect(page.locator("#part-packing .progress")).to_be_visible(timeout=LIVE)
    with nothing_new(page):
        looks(page)
    ready(page)
    looks(page)


@pytest.mark.ledger("ECP-60/P")
@pytest.mark.usefixtures("encrypted")
def test_a_given_zip_that_is_not_encrypted_is_never_uploaded(
    pages: Pages, journey: Journey, axe: Axe
) -> None:
    page = pages.open(SUBMIT, "alice")
    journey.choose(page, journey.file())
    expect(page.locator("#part-rules")).to_contain_text(
        "Not encrypted, and file encryption is on"
    )
    expect(page.locator("#sending")).to_be_hidden()
    axe(page)
