"""An account with two keys, for all the pages that show it."""

import pytest

from tests.browser.site import Site

BACKSTAGE = "tests.browser.keys.backstage"


@pytest.fixture(scope="package")
def both_keys(site: Site) -> str:
    """Its primary key."""
    pk: str = site.call(f"{BACKSTAGE}:renewed")
    return pk
