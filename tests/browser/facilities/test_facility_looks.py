"""axe on each of these pages, at both widths and in both themes."""

from playwright.sync_api import expect

from tests.browser.facilities.conftest import BACKSTAGE
from tests.browser.looks import Looks
from tests.browser.pages import Pages
from tests.browser.site import Site


def test_the_facilities(pages: Pages, looks: Looks) -> None:
    looks(pages.open("/site/facilities/", "sam"))


def test_a_facility_with_notices(pages: Pages, site: Site, looks: Looks) -> None:
    pk = site.call(f"{BACKSTAGE}:rap")
    looks(pages.open(f"/site/facilities/{pk}/", "sam"))


def test_a_host_that_offers_sha_1_only(pages: Pages, site: Site, looks: Looks) -> None:
    pk = site.call(f"{BACKSTAGE}:old_host")
    looks(pages.open(f"/site/facilities/hosts/{pk}/", "sam"))


def test_a_host_whose_key_is_known(pages: Pages, host: str, looks: Looks) -> None:
    looks(pages.open(host, "tess"))


def test_what_expires(pages: Pages, made: dict[str, str], looks: Looks) -> None:
    looks(pages.open("/p/CP00010/expiry/", "charlie"))


def test_today_with_what_expires(
    pages: Pages, made: dict[str, str], looks: Looks
) -> None:
    looks(pages.open("/p/CP00010/", "charlie"))


def test_the_checklist(pages: Pages, made: dict[str, str], looks: Looks) -> None:
    path = f"/p/CP00010/keys/accounts/{made['account']}/readiness/"
    looks(pages.open(path, "charlie"))


def test_the_declaration(pages: Pages, looks: Looks) -> None:
    looks(pages.open("/p/CP00010/keys/consent/", "charlie"))


def test_words_about_a_drawing_are_hidden_with_it(
    pages: Pages, made: dict[str, str]
) -> None:
    page = pages.open("/p/CP00010/expiry/", "charlie")
    words = page.get_by_text("Shaded: the 14 days")
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(words).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(words).to_be_hidden()


def test_the_hosts_of_a_facility_fit_into_their_card(
    pages: Pages, site: Site, host: str
) -> None:
    site.call(f"{BACKSTAGE}:host_key_of_another", host.split("/")[-2])
    page = pages.open("/site/facilities/", "tess")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("main table th a").first.click()
    table = page.locator("table", has_text="Confirmed key")
    assert table.evaluate("t => t.scrollWidth - t.closest('.card').clientWidth") <= 0
