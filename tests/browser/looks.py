"""A page at both widths and in both themes: that it fits, and what axe finds."""

from collections.abc import Callable
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Looks = Callable[[Page], None]
Scheme = Literal["light", "dark"]

FIRST: tuple[int, Scheme] = (1440, "light")
LOOKS: list[tuple[int, Scheme]] = [FIRST, (1440, "dark"), (390, "light"), (390, "dark")]
FITS = "document.documentElement.scrollWidth <= innerWidth"


def look_at_all(page: Page) -> None:
    for width, scheme in LOOKS:
        _show(page, width, scheme)
        look = f"At a width of {width}, {scheme}"
        assert page.evaluate(FITS), f"{look}: the page is wider than the window"
        find_nothing(page, f"{look}: ")
    assert page.locator(".btn-primary").count() <= 1
    _show(page, *FIRST)


def find_nothing(page: Page, look: str = "") -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, look + found.generate_report()


def _show(page: Page, width: int, scheme: Scheme) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
