"""A running site, Chromium, people signed in by the form, and axe."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from tests.browser.looks import Looks, find_nothing, look_at_all
from tests.browser.pages import ARGS, CHROMIUM, Pages
from tests.browser.site import Site


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


@pytest.fixture
def looks() -> Looks:
    """`looks(page)` asserts, at both widths and in both themes, that the page is not
    wider than the window, calls for one thing at most, and that axe finds nothing."""
    return look_at_all


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` asserts that axe finds nothing against WCAG 2.2 AA."""
    return find_nothing
