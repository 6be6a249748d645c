"""A running site, Chromium, people signed in by the form, and axe."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from tests.browser.pages import ARGS, CHROMIUM, Pages
from tests.browser.site import Site

LOOKS = [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def site() -> Iterator[Site]:
    with Site() as running:
        running.call("tests.browser.scenes:cast")
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Gone when the package is left: its event loop would be in other tests' way."""
    if CHROMIUM is None:
        pytest.skip("Chromium is absent: `apt-get install chromium` runs these tests")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def _states() -> dict[str, StorageState]:
    return {}


@pytest.fixture
def pages(
    site: Site, browser: Browser, _states: dict[str, StorageState]
) -> Iterator[Pages]:
    opened = Pages(site, browser, _states)
    yield opened
    opened.close()
    assert opened.errors == []


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def look(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Each width and theme: `pages.open(path, user, **look)`."""
    width, scheme = request.param
    return {"width": width, "scheme": scheme}


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` asserts that axe finds nothing against WCAG 2.2 AA."""

    def check(page: Page) -> None:
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()

    return check
