"""Opens pages of the site in Chromium, as one of the cast."""

import shutil
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page, StorageState

from tests.browser.site import PASSWORD, Site

CHROMIUM = shutil.which("chromium")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
]


@dataclass
class Pages:
    """Opens pages; at the end of the test none may have had an error in its console
    (a refused script or style shows there)."""

    site: Site
    browser: Browser
    signed_in: dict[str, StorageState]
    errors: list[str] = field(default_factory=list)
    contexts: list[Any] = field(default_factory=list)

    def open(
        self, path: str = "/", user: str = "", width: int = 1440, scheme: Any = "light"
    ) -> Page:
        """A page at this address, as this person ("" for nobody)."""
        if user and user not in self.signed_in:
            self.signed_in[user] = self._sign_in(user)
        page = self._page(self.signed_in.get(user) if user else None, width, scheme)
        page.goto(self.site.url + path)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def _page(self, state: StorageState | None, width: int, scheme: Any) -> Page:
        context = self.browser.new_context(
            storage_state=state,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            reduced_motion="reduce",
        )
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._heard)
        return page

    def _heard(self, message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(message.text)

    def _sign_in(self, user: str) -> StorageState:
        page = self._page(None, 1440, "light")
        sign_in(page, self.site, user)
        state = page.context.storage_state()
        page.close()
        return state


def sign_in(page: Page, site: Site, user: str, password: str = PASSWORD) -> None:
    """By the form, as a person does."""
    page.goto(f"{site.url}/accounts/login/")
    page.fill("[name=login]", user)
    page.fill("[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/accounts/login" not in url)
