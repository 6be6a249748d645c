"""axe on each page of profiles and IPOs, at both widths and in both themes."""

import pytest

from tests.browser.looks import Looks
from tests.browser.pages import Pages
from tests.browser.site import Site

BACKSTAGE = "tests.browser.fini.backstage"
FINI = "/p/CP00010/fini/"
KEY, IPO = "key", "ipo"


@pytest.fixture(scope="module", autouse=True)
def _afresh(site: Site) -> None:
    """The journeys on the same site leave profiles of their own."""
    site.call(f"{BACKSTAGE}:none")


@pytest.mark.parametrize(
    "path",
    [
        "profiles/{pk}/",
        "profiles/{pk}/edit/",
        "profiles/{pk}/agent/make/",
        "profiles/{pk}/agent/compare/",
        "profiles/keys/{key}/retire/",
        "ipos/",
        "ipos/?which=all",
        "ipos/?text=nothing",
        "ipos/{ipo}/",
        "ipos/labels/",
    ],
)
def test_every_page(pages: Pages, site: Site, path: str, looks: Looks) -> None:
    pk = site.call(f"{BACKSTAGE}:profile")
    names = {KEY: site.call(f"{BACKSTAGE}:key"), IPO: site.call(f"{BACKSTAGE}:ipo")}
    looks(pages.open(FINI + path.format(pk=pk, **names), "charlie"))


@pytest.mark.parametrize("path", ["profiles/", "profiles/add/", "ipos/"])
@pytest.mark.parametrize("user", ["charlie", "dora"])
def test_every_page_before_anything_is_set_up(
    pages: Pages, site: Site, path: str, user: str, looks: Looks
) -> None:
    site.call(f"{BACKSTAGE}:none")
    looks(pages.open(FINI + path, user))


@pytest.mark.parametrize("user", ["alice", "bob", "dora"])
def test_a_profile_for_every_role(
    pages: Pages, site: Site, user: str, looks: Looks
) -> None:
    pk = site.call(f"{BACKSTAGE}:profile")
    looks(pages.open(f"{FINI}profiles/{pk}/", user))
